import CanonicalJSON
import TestSupport
import Testing

/// The tables that a check of a whole log looks things up in, against plain dictionaries and sets.
@Suite("Tables of numbers")
struct NumberTableTests {
  @Test("Keys of a stream: what a dictionary would answer, for streams with few keys and with many")
  func places() {
    var lists = PlaceLists()
    var naive: [[Int32]: Int32] = [:]
    var random = SeededRandom(seed: 7)
    for step in 0..<20_000 {
      // Stream 0 gets every second key: far more than lie side by side.
      let first = Int32(step % 2 == 0 ? 0 : random.next() % 400)
      let second = Int32(random.next() % 3000)
      let value = Int32(random.next() % 1000)
      let expected = naive[[first, second]]
      #expect(lists[first, second] == expected)
      #expect(lists.insert(first, second, value) == expected)
      if expected == nil { naive[[first, second]] = value }
    }
    for (key, value) in naive { #expect(lists[key[0], key[1]] == value) }
    #expect(lists[500, 1] == nil)
    // A stream that never had a key lies between others that had.
    #expect(lists[401, 0] == nil)
  }

  @Test("Ids that ascend are found by halving, and none of them is there twice")
  func ascending() {
    var list = IDList()
    for number in UInt64(0)..<1000 { list.append(number / 10, number % 10 * 3) }
    #expect(list.isAscending)
    #expect(!list.mayHaveTwins)
    #expect(list.index(7, 9) == 73)
    #expect(list.index(7, 10) == nil)
    #expect(list.index(100, 0) == nil)
  }

  @Test("An id that comes twice is noticed, side by side and far apart", arguments: [1, 500, 999])
  func twins(distance: Int) {
    var list = IDList()
    for number in UInt64(0)..<1000 { list.append(number, 5) }
    list.append(UInt64(1000 - distance), 5)
    #expect(!list.isAscending)
    #expect(list.mayHaveTwins)
  }

  @Test("Ids in no order are no twins")
  func unordered() {
    var list = IDList()
    for number in (UInt64(0)..<5000).reversed() { list.append(number, ~number) }
    #expect(!list.isAscending)
    #expect(!list.mayHaveTwins)
  }

  @Test("A salt that comes twice is noticed; two that share a half are different")
  func salts() {
    var finder = TwinFinder()
    for number in UInt64(0)..<5000 {
      finder.append(number, 1)
      finder.append(1, number + 2)
    }
    #expect(!finder.mayHaveTwins)
    finder.append(4321, 1)
    #expect(finder.mayHaveTwins)
  }
}
