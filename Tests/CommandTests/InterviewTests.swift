import Testing
import tracker

/// Asking is a value: answers in, flags out. No terminal, no file and no book is needed to see that it asks for what matters
/// and takes nothing that it does not understand.
@Suite("Interviews")
struct InterviewTests {
  static let office = Directory(
    parties: [
      .init("lmc", "A local medical committee"), .init("pct", "The PCT"), .init("ten"), .init("ten-more", "Ten more"),
    ],
    agreements: [.init("share-2009", "Gain share"), .init("visits", "Home visits"), .init("visits-2", "More visits")],
    exhibits: [.init("letter-1", "Letter of March")],
    inside: [
      "share-2009": .init(promises: ["slice"], promised: ["slice": 6]), "visits": .init(promises: ["fee", "extra"]),
    ], keeper: "lmc",
    size: 9)

  /// Types the answers; each must be taken.
  private func typed(_ kind: String, _ arguments: [String] = [], _ answers: [String]) throws -> Interview {
    var interview = try #require(Interview(kind: kind, arguments: arguments, directory: Self.office))
    for answer in answers {
      let question = try #require(interview.question, "nobody asked for “\(answer)”")
      let reply = interview.answer(answer)
      guard case .taken = reply else {
        Issue.record("“\(answer)” to “\(question.text)”: \(reply)")
        return interview
      }
    }
    return interview
  }

  @Test("“They say the money is off”: a call from somebody new, and the withdrawal, in 17 answers")
  func moneyIsOff() throws {
    let answers = [
      "gain", "Mr Finance", "7", "yes", "finance director of the PCT", "1", "“we cannot pay you this year”",
      "the money is off", "14 September 2010", "", "2", "whole", "the board", "the deficit", "yes", "Sept 2010",
    ]
    let interview = try typed("call", [], answers)
    #expect(interview.question == nil && answers.count == 16)
    // When all is answered the last answer can still be opened.
    var again = interview
    let isBack = again.goBack()
    #expect(
      isBack && again.question?.text == "On which day was it decided?"
        && again.entries.map(\.kind) == ["party", "call"])
    let entries = interview.entries
    #expect(entries.map(\.kind) == ["party", "call", "withdrawal"])
    try #require(entries.count == 3)
    #expect(
      entries[0].arguments == [
        "mr-finance", "--kind", "person-role", "--identity", "named", "--name", "Mr Finance", "--asserted-by", "lmc",
      ])
    #expect(
      entries[1].arguments == [
        "share-2009", "--medium", "phone", "--from", "mr-finance", "--citation",
        "finance director of the PCT, Mr Finance, by telephone", "--to", "lmc", "--quote",
        "we cannot pay you this year", "--gist", "the money is off", "--when", "14 September 2010", "--asserted-by",
        "lmc",
      ])
    // What was heard is the word of whoever heard it, and no admission of the one who spoke.
    #expect(
      entries[2].arguments == [
        "share-2009", "--quote", "we cannot pay you this year", "--citation",
        "finance director of the PCT, Mr Finance, by telephone", "--asserted-by", "lmc", "--basis", "told",
        "--promise", "slice", "--scope", "whole", "--decided-by", "the board", "--reason", "the deficit", "--notified",
        "yes", "--when", "Sept 2010",
      ])
  }

  @Test(
    "A page is said as a page, any other place as it was typed, and what names no place is asked about once",
    arguments: [
      ("12", "page 12"), ("3-4", "pages 3-4"), ("2, para 4", "page 2, para 4"), ("p. 12", "p. 12"),
      ("pp. 3-4", "pp. 3-4"), ("para 2", "para 2"), ("back cover", "back cover"), ("12th line", "12th line"),
    ])
  func places(typed: String, place: String) throws {
    var interview = try self.typed(
      "letter", ["visits"], ["pct", "lmc", "no more visits", "", "", "1", "", "letter-1"])
    #expect(interview.question?.text == "On which page, or in which paragraph?", "\(interview.question?.text ?? "")")
    let long = "somewhere in the middle of the letter, I think"
    guard case .again(let why) = interview.answer(long) else {
      Issue.record("taken at once")
      return
    }
    #expect(why.hasPrefix("That names no place in a paper."))
    var insisting = interview
    guard case .taken = insisting.answer(long) else {
      Issue.record("it was meant")
      return
    }
    guard case .taken = interview.answer(typed) else {
      Issue.record("\(typed) is a place")
      return
    }
    _ = interview.answer("no")
    #expect(interview.question == nil)
    #expect(interview.entries.contains { $0.arguments.firstRange(of: ["--locator", place]) != nil })
  }

  @Test("Where Enter stands for “that was not said”, these words do too; elsewhere they say that it is not known")
  func notSaid() throws {
    let before = ["gain", "The PCT", "", "", "the money is off", "", "3 May 2010", "", "2", "whole"]
    for words in ["", "that was not said", "Not said", "He didn’t say"] {
      let interview = try typed("call", [], before + [words, "", "", words])
      #expect(interview.question == nil)
      #expect(
        interview.entries.last?.arguments.suffix(6) == [
          "--decided-by", "not said", "--notified", "unknown", "--when", "3 May 2010",
        ])
    }
  }

  @Test("“me, Carol Shaw” is the body that keeps the book; a body that is named behind it is meant too")
  func meByName() throws {
    for (words, isTen) in [("me, Carol Shaw", false), ("us (Carol)", false), ("me, ten", true)] {
      var interview = try typed("call", ["share-2009"], ["The PCT", ""])
      guard case .taken(let echo?) = interview.answer(words) else {
        Issue.record("“\(words)” was not taken")
        continue
      }
      #expect(echo.contains("(lmc)") && !echo.contains("Carol") && echo.contains(" and ") == isTen, "\(echo)")
      #expect(interview.question?.text == "In which words? The very words, if you have them.", "\(words)")
    }
  }

  @Test("What the one who rang did not say is left open: how much, who decided, why, whether the practices know")
  func hardlyAnything() throws {
    let interview = try typed(
      "call", [], ["gain", "The PCT", "", "", "the money is off", "", "", "", "2", "", "", "", "", ""])
    #expect(interview.question == nil)
    #expect(
      interview.entries.map(\.arguments) == [
        [
          "share-2009", "--medium", "phone", "--from", "pct", "--citation", "The PCT, by telephone", "--to", "lmc",
          "--quote", "the money is off", "--gist", "the money is off", "--asserted-by", "lmc",
        ],
        [
          "share-2009", "--quote", "the money is off", "--citation", "The PCT, by telephone", "--asserted-by", "lmc",
          "--basis", "told", "--promise", "slice", "--scope", "part", "--money", "not known", "--decided-by",
          "not said", "--notified", "unknown",
        ],
      ])
  }

  @Test("Of a person who is withheld nothing stands in the source; one's own call names no other speaker")
  func speakers() throws {
    var interview = try typed("call", ["visits"], ["Dr Secret", "7", "no"])
    #expect(interview.question?.text == "In what post, and for whom, did they speak?")
    for answer in ["", "lmc", "", "off", "", "", ""] { _ = interview.answer(answer) }
    #expect(interview.question == nil && interview.entries.map(\.kind) == ["party", "call"])
    #expect(
      interview.entries.last?.arguments == [
        "visits", "--medium", "phone", "--from", "person", "--citation", "by telephone", "--to", "lmc", "--gist", "off",
        "--asserted-by", "lmc",
      ])
    interview = try typed("call", ["visits"], ["lmc"])
    #expect(interview.question?.text == "To whom?")
    for answer in ["pct", "", "we asked when it is paid", "2010", ""] { _ = interview.answer(answer) }
    #expect(interview.question == nil && interview.entries.map(\.kind) == ["call"])
  }

  @Test("“Yes, it is off” is an answer: then it is asked whether for good")
  func yes() throws {
    let before = ["gain", "The PCT", "", "", "the money is off", "", "", ""]
    var interview = try typed("call", [], before + ["yes"])
    #expect(interview.question?.text == "Is it off for good, or for now?")
    _ = interview.answer("2")
    // Of one promise alone nobody is asked which; of several it is asked.
    #expect(interview.question?.text != "Which promise?" && interview.answers.suffix(2) == ["yes", "suspension"])
    let two = try typed("call", ["visits"], Array(before.dropFirst()) + ["it is off"])
    #expect(two.question?.text == "Which promise?" && two.answers.last == "it is off")
    #expect(try typed("call", [], before + ["yes", "off for now"]).answers.last == "off for now")
    // What is neither is asked again.
    guard case .again = interview.goBack() ? interview.answer("off, perhaps for now, is off") : .back else {
      Issue.record("both were taken for one")
      return
    }
    #expect(try typed("call", [], before + ["y", "it is withdrawn"]).answers.last == "it is withdrawn")
    let ended = try typed("call", [], before + ["n"])
    #expect(ended.question == nil && ended.entries.map(\.kind) == ["call"])
  }

  /// what was typed, the body that is meant (“-” = none), who spoke
  static let speakers: [(String, String, String)] = [
    ("Tom Hale, deputy finance director, The PCT", "pct", "Tom Hale, deputy finance director"),
    ("Tom Hale, deputy finance director of the PCT", "pct", "Tom Hale, deputy finance director"),
    ("a clerk at pct", "pct", "a clerk"), ("the PCT's finance director", "pct", "finance director"),
    ("Tom Hale, the PCT’s finance director", "pct", "Tom Hale, finance director"),
    ("The PCT, Tom Hale", "pct", "Tom Hale"), ("the manager for A local medical committee", "lmc", "the manager"),
    ("Manager of a practice", "-", ""), ("Tom Hale, deputy finance director", "-", ""), ("Tom Hale of te", "-", ""),
    ("of the PCT", "-", ""), (", The PCT", "-", ""), ("Mr Ten more", "-", ""), ("", "-", ""), (" of ", "-", ""),
  ]

  @Test("Who speaks for a body of the book keeps his office: the body is recognised, the rest is how he is cited")
  func offices() throws {
    for (text, body, words) in Self.speakers {
      let found = Self.office.spokesman(in: text)
      #expect(found?.body.key ?? "-" == body && found?.words ?? "" == words, "\(text): \(String(describing: found))")
    }
    var interview = try typed("call", ["visits"], ["Tom Hale, deputy finance director, The PCT"])
    #expect(interview.question?.text == "To whom?")
    for answer in ["me", "", "off", "", "", "no"] { _ = interview.answer(answer) }
    #expect(
      interview.entries.map(\.arguments) == [
        [
          "visits", "--medium", "phone", "--from", "pct", "--citation",
          "Tom Hale, deputy finance director, The PCT, by telephone", "--to", "lmc", "--gist", "off", "--asserted-by",
          "lmc",
        ]
      ])
    // Of one's own people nobody is asked who spoke, and a letter has no speaker.
    interview = try typed("call", ["visits"], ["the manager for A local medical committee"])
    #expect(interview.question?.text == "To whom?")
    for answer in ["pct", "", "when is it paid?", "", "no"] { _ = interview.answer(answer) }
    #expect(interview.entries.last?.arguments.contains("--citation") == false)
    interview = try typed("letter", ["visits"], ["Tom Hale, The PCT"])
    #expect(interview.question?.text.contains("is not in this book") == true)
  }

  @Test("“me” is whoever keeps the book, alone and among others")
  func me() throws {
    for (answers, to) in [(["pct", "us"], "lmc"), (["I", "ten, We, me"], "ten,lmc")] {
      var interview = try typed("letter", ["visits"], answers)
      for answer in ["asked", "", "", "1", "", "", "no"] where interview.question != nil {
        _ = interview.answer(answer)
      }
      #expect(interview.question == nil)
      #expect(interview.entries.last?.arguments.dropFirst(6).first == to, "\(interview.entries)")
    }
  }

  // MARK: Papers

  /// An e-mail of 3 July 2010, as somebody who looked for it gives it.
  static let mail = Paper(
    path: "/papers/mail.txt", name: "mail.txt", sha256: "ab", size: 99, mediaType: "message/rfc822", title: "The deal",
    kind: "email", sender: "Priya Nand (The PCT)", day: "2010-07-03")

  /// Up to the question for a paper of a call of 30 November 2010, which is answered by a file.
  private func named(_ paper: Paper, _ text: String = "mail.txt") throws -> Interview {
    var interview = try typed("call", ["share-2009"], ["pct", "a clerk", "me", "", "it is off", "30 November 2010"])
    #expect(interview.question?.takesFile == true)
    interview.offer(.paper(paper), as: text)
    guard case .taken = interview.answer(text) else {
      Issue.record("\(text) was not taken")
      return interview
    }
    #expect(interview.question?.text == "What does it show?")
    return interview
  }

  private static let filed = [
    "mail", "--exhibit", "mail", "--title", "The deal", "--kind", "email", "--author", "pct", "--made", "3 July 2010",
    "--sha256", "ab", "--bytes", "99", "--media-type", "message/rfc822", "--obtained-from",
    "Priya Nand (The PCT), by e-mail", "--asserted-by", "lmc",
  ]

  @Test(
    "An e-mail of what was promised is filed with the call, and is a further source of the promise, none of the call")
  func paperOfAPromise() throws {
    var interview = try named(Self.mail)
    // Nothing written in July shows what was said in November.
    guard case .again(let why) = interview.answer("1") else {
      Issue.record("an older paper was taken for one of the call")
      return
    }
    #expect(why.contains("3 July 2010"))
    _ = interview.answer("2")
    _ = interview.answer("no")
    #expect(interview.question == nil && interview.files == ["/papers/mail.txt"])
    let entries = interview.entries
    #expect(entries.map(\.kind) == ["exhibit", "call", "corroboration"] && entries.first?.arguments == Self.filed)
    #expect(entries.dropFirst().first?.arguments.contains("--source") == false)
    #expect(
      entries.last?.arguments == [
        "--target", "6", "--agrees", "yes", "--when", "3 July 2010", "--asserted-by", "lmc", "--basis", "document",
        "--source", "mail",
      ])
    // Going back takes it out again, and what was typed is a path when it comes back from a draft.
    #expect(interview.answers.suffix(3) == ["/papers/mail.txt", "6", "no"])
    for _ in 0..<3 { _ = interview.goBack() }
    #expect(interview.question?.takesFile == true && interview.files.isEmpty)
  }

  @Test(
    "A note of the call is cited for it and for what was said in it; a paper of which that is not sure is filed only")
  func paperOfACall() throws {
    let note = Paper(path: "/papers/note.txt", name: "note.txt", sha256: "cd", title: "note")
    var interview = try named(note, "note.txt")
    for answer in ["1", "yes", "1", "", "", "", "", "", "", ""] { _ = interview.answer(answer) }
    #expect(interview.question == nil)
    let sources = interview.entries.map { entry in entry.arguments.contains("--source") }
    #expect(interview.entries.map(\.kind) == ["exhibit", "call", "withdrawal"] && sources == [false, true, true])
    interview = try named(note, "note.txt")
    for answer in ["", "no"] { _ = interview.answer(answer) }
    #expect(interview.entries.map(\.kind) == ["exhibit", "call"])
    #expect(interview.entries.last?.arguments.contains("--source") == false)
  }

  @Test("What is in the book already is not filed twice; a name that is none of a file is asked again")
  func knownPapers() throws {
    var known = Self.mail
    known.filed = "letter-1"
    var interview = try named(known)
    for answer in ["3", "no"] { _ = interview.answer(answer) }
    #expect(interview.entries.map(\.kind) == ["call"] && interview.files.isEmpty)
    interview = try typed("call", ["share-2009"], ["pct", "", "me", "", "off", "2010"])
    interview.offer(.refused("There is no file “mial.txt” here. Did you mean mail.txt?"), as: "mial.txt")
    let reply = interview.answer("mial.txt")
    #expect(reply == .again("There is no file “mial.txt” here. Did you mean mail.txt?"))
    // An exhibit of the book does too, and its page is asked for where it shows what was said.
    for answer in ["letter of", "1"] { _ = interview.answer(answer) }
    #expect(interview.question?.text == "On which page, or in which paragraph?")
  }

  @Test("Where a paper is asked for that shows an event, a file is filed and cited")
  func papersOfOtherEvents() throws {
    var interview = try typed(
      "withdrawal", ["share-2009"], ["", "1", "the board", "", "yes", "2010", "lmc", "document", ""])
    interview.offer(.paper(Self.mail), as: "mail.txt")
    _ = interview.answer("mail.txt")
    #expect(interview.question == nil && interview.entries.map(\.kind) == ["exhibit", "withdrawal"])
    #expect(interview.entries.last?.arguments.suffix(2) == ["--source", "mail"])
  }

  @Test("A group that is named in passing is asked for its number")
  func groups() throws {
    var interview = try typed("letter", ["visits"], ["our 12 practices", "group"])
    #expect(interview.question?.text == "How many are in “our 12 practices”?")
    guard case .again = interview.answer("a dozen") else {
      Issue.record("“a dozen” was taken for a number")
      return
    }
    let reply = interview.answer("12")
    #expect(reply == .taken("our 12 practices (our-12-practices), new"))
    for answer in ["lmc", "asked", "", "", "1", "", "", ""] where interview.question != nil {
      _ = interview.answer(answer)
    }
    #expect(
      interview.entries.first?.arguments == [
        "our-12-practices", "--kind", "group", "--identity", "named", "--name", "our 12 practices", "--count", "12",
        "--asserted-by", "lmc",
      ])
  }

  @Test("Unknown is an answer wherever it may be one: a withdrawal of which hardly anything is known")
  func unknown() throws {
    let interview = try typed(
      "withdrawal", ["share-2009"], ["", "1", "somebody", "unknown", "", "not known", "pct", "", "", ""])
    #expect(interview.question == nil)
    #expect(
      interview.entries.map(\.arguments) == [
        [
          "share-2009", "--promise", "slice", "--scope", "whole", "--decided-by", "somebody", "--notified", "unknown",
          "--asserted-by", "pct", "--basis", "own-knowledge",
        ]
      ])
  }

  /// kind, arguments, answers before, what is typed, what is said
  static let refused: [(String, [String], [String], String, String)] = [
    ("withdrawal", [], [], "", "cannot be left open"),
    ("withdrawal", [], [], "nothing", "There is no agreement “nothing”"),
    ("withdrawal", [], [], "visit", "may be 2: Home visits (visits); More visits (visits-2)"),
    ("withdrawal", [], [], "9", "There is no agreement “9”"),
    ("withdrawal", ["visits"], [], "slice", "There is no promise “slice” here. It has: fee, extra."),
    ("withdrawal", ["visits"], ["fee"], "some", "type a number from 1 to 4"),
    ("call", ["share-2009"], ["pct", "", "lmc", "", "off", "2010", ""], "perhaps", "type a number from 1 to 3"),
    ("call", ["share-2009"], ["pct", "", "lmc", "", "off", "2010"], "mail.txt", "no file “mail.txt” here"),
    ("call", ["share-2009"], ["pct", "", "lmc", "", "off", "2010"], "yes", "Type the name of its file"),
    (
      "withdrawal", ["visits"], ["fee", "whole", "x", "", "unknown", "", "lmc", "own-knowledge", ""], "letter.pdf",
      "no file “letter.pdf” here"
    ),
    ("payment", ["visits"], ["fee", "pct", "£5", "", "2010", "lmc"], "don't know", "claims least"),
    ("withdrawal", ["visits"], ["fee", "part"], "£1,00,000", "£1,00,000"),
    ("payment", ["visits"], ["fee", "pct"], "04/05/2010", "04/05/2010"),
    ("due-date", ["visits"], ["fee"], "04/05/2010", "04/05/2010"),
    ("due-date", ["visits"], ["fee"], "unknown", "unknown"),
    ("party", [], ["New practice", "practice"], "lmc", "is taken"),
    ("party", [], ["New practice", "practice"], "New Practice", "is no key"),
    ("promise", ["visits"], ["new", "pct"], "much%", "is no share"),
    ("corroboration", [], [], "10", "the book has events 1 to 9"),
    ("letter", ["visits"], [], "te", "may be 3"), ("letter", ["visits"], [], "p", "Is “p” The PCT (pct)?"),
    ("withdrawal", [], [], "ga", "Is “ga” Gain share (share-2009)?"),
    ("letter", ["visits"], ["pct", "lmc", "x"], "before May", "says no year"),
    ("letter", ["visits"], ["pct", "lmc", "x"], "31/02/2010", "February 2010 has 28"),
    ("promise", ["visits"], ["new", "pct"], "70% £5", "is no share"),
    ("withdrawal", [], [], "back", "first question"),
  ]

  @Test("What is not understood is not taken, and it is said why", arguments: refused)
  func refusals(kind: String, arguments: [String], before: [String], text: String, said: String) throws {
    var interview = try typed(kind, arguments, before)
    let question = try #require(interview.question).text
    guard case .again(let why) = interview.answer(text) else {
      Issue.record("“\(text)” was taken for an answer to “\(question)”")
      return
    }
    #expect(why.contains(said), "\(why)")
    #expect(interview.question?.text == question)
    #expect(interview.answers == before)
  }

  @Test("Dates and sums are said once more as they were understood")
  func echoes() throws {
    var interview = try typed("payment", ["visits"], ["fee", "ten"])
    var reply = interview.answer("up to £2.5k each")
    #expect(reply == .taken("up to £2,500 each (a ceiling, no sum that is due)"))
    reply = interview.answer("")
    #expect(reply == .taken(nil))
    reply = interview.answer("2009/10")
    #expect(reply == .taken("2009/10 (1 April 2009 to 31 March 2010)"))
    interview = try typed("due-date", ["visits"], ["extra"])
    reply = interview.answer("Sept 2010")
    #expect(reply == .taken("September 2010 (day not known)"))
  }

  @Test("A question mark explains, and nothing is lost by it; back opens the last answer again")
  func helpAndBack() throws {
    var interview = try typed("withdrawal", ["visits"], ["fee"])
    guard case .explained(let help) = interview.answer("?") else {
      Issue.record("nothing was explained")
      return
    }
    #expect(help.hasPrefix("All of it, a part, or what was still to come."))
    var reply = interview.answer("part")
    #expect(reply == .taken(nil))
    #expect(interview.question?.text == "How much was taken back, where only a part was?")
    reply = interview.answer("back")
    #expect(reply == .back)
    #expect(interview.question?.text == "How much of it?")
    #expect(interview.answers == ["fee"])
    reply = interview.answer("whole")
    #expect(reply == .taken(nil))
    #expect(interview.question?.text == "Who decided it, as they say?")
  }

  @Test("Somebody who is named twice as new is made once; who is not new after all is asked for again")
  func newParties() throws {
    var interview = try typed("letter", ["visits"], ["Practice 7"])
    #expect(interview.question?.prompt().hasPrefix("“Practice 7” is not in this book") == true)
    var reply = interview.answer("practice")
    #expect(reply == .taken("Practice 7 (practice-7), new"))
    #expect(interview.question?.text == "To whom?")
    reply = interview.answer("pct, Practice 7, Practice 8")
    #expect(reply == .taken(nil))
    reply = interview.answer("")
    #expect(reply == .taken(nil))
    #expect(interview.question?.text == "To whom?")
    reply = interview.answer("The PCT, practice 7")
    #expect(reply == .taken("The PCT (pct) and Practice 7 (practice-7)"))
    let rest = ["when is it paid?", "", "", "1", "", "letter-1", "page 2", "no"]
    for answer in rest where interview.question != nil { _ = interview.answer(answer) }
    #expect(interview.entries.filter { $0.kind == "party" }.count == 1)
  }

  @Test(
    "The name of a party is asked first; whether that of a person may stand in the record, before a key is made of it")
  func names() throws {
    // No: the name goes beside the line, and the key says nothing of it.
    var interview = try typed("party", [], ["Dr Secret", "person-role", "2", "", ""])
    #expect(interview.question == nil)
    #expect(
      interview.entries.map(\.arguments) == [
        [
          "party", "--kind", "person-role", "--identity", "withheld", "--private", "name=Dr Secret", "--asserted-by",
          "lmc",
        ]
      ])
    // Yes, and not known.
    interview = try typed("party", [], ["The chair", "person-role", "yes", "", ""])
    #expect(
      interview.entries.map(\.arguments) == [
        ["the-chair", "--name", "The chair", "--kind", "person-role", "--identity", "named", "--asserted-by", "lmc"]
      ])
    interview = try typed("party", [], ["", "person-role", "1", "caller", ""])
    #expect(
      interview.entries.map(\.arguments) == [
        ["caller", "--kind", "person-role", "--identity", "unnamed", "--asserted-by", "lmc"]
      ])
    interview = try typed("party", [], ["", "practice", "2", "Dr Secret & Partners", "", ""])
    #expect(
      interview.entries.map(\.arguments) == [
        [
          "party", "--kind", "practice", "--identity", "withheld", "--private", "name=Dr Secret & Partners",
          "--asserted-by", "lmc",
        ]
      ])
    // Somebody who is named in passing is asked about too; of a practice nobody asks.
    interview = try typed("letter", ["visits"], ["Dr Secret", "7", "no"])
    #expect(interview.question?.text == "To whom?")
    interview = try typed("letter", ["visits"], ["Dr Secret", "7", "no", "dr secret, Practice 8", "practice"])
    #expect(interview.question?.text == "What does it say, in short?")
    for answer in ["asked", "", "", "", "", "", "no"] where interview.question != nil { _ = interview.answer(answer) }
    #expect(
      interview.entries.filter { $0.kind == "party" }.map { $0.arguments.prefix(7) } == [
        ["person", "--kind", "person-role", "--identity", "withheld", "--private", "name=Dr Secret"],
        ["practice-8", "--kind", "practice", "--identity", "named", "--name", "Practice 8"],
      ])
  }

  @Test("After a crash the answers give the same interview; the first that fits no longer is asked anew")
  func resumed() throws {
    let answers = ["gain", "Mr Finance", "person-role", "yes", "", "lmc", "not paid", "off", "2010"]
    let before = try typed("call", [], answers)
    var after = try #require(Interview(kind: "call", arguments: [], directory: Self.office))
    after.resume(before.answers)
    #expect(after.answers == answers)
    #expect(after.question?.prompt() == before.question?.prompt())
    var fewer = Self.office
    fewer.agreements.removeAll { $0.key == "share-2009" }
    var changed = try #require(Interview(kind: "call", arguments: [], directory: fewer))
    changed.resume(answers)
    #expect(changed.answers.isEmpty && changed.question?.text == "Which agreement?")
  }

  @Test("A number is kept as what it stood for: a list that has grown meanwhile changes nothing")
  func numbers() throws {
    let before = try typed("letter", ["visits"], ["2", "1, 3", "asked"])
    #expect(before.answers == ["pct", "lmc, ten", "asked"])
    var more = Self.office
    more.parties.insert(.init("first", "Somebody else"), at: 0)
    var after = try #require(Interview(kind: "letter", arguments: ["visits"], directory: more))
    after.resume(before.answers)
    #expect(after.answers == before.answers && after.question?.text == "When did it happen?")
  }

  @Test("Every kind that is asked for comes to an end, whatever stands in the book", arguments: Interview.kinds)
  func everyKind(kind: String) throws {
    var full = Self.office
    for (key, inside) in full.inside {
      var inside = inside
      (inside.savings, inside.disputes, inside.requests) = (["s"], ["d"], ["r"])
      full.inside[key] = inside
    }
    for directory in [Directory(), Self.office, full] {
      guard var interview = Interview(kind: kind, arguments: [], directory: directory) else { continue }
      var count = 0
      // One after the other is tried until one is taken.
      let tries = ["1", "share-2009", "9", "2010", "a-key", "£5", "ten", ""]
      while let question = interview.question, count < 60 {
        count += 1
        let isTaken = tries.contains { text in if case .taken = interview.answer(text) { true } else { false } }
        if !isTaken {
          // Without an agreement nothing in one can be recorded, and without a dispute no step in it; that is said, and one
          // stops.
          let isLacking =
            directory.inside.values.allSatisfy { $0.disputes.isEmpty }
            && ["saving-revision", "step", "outcome", "answer"].contains(kind)
          #expect(directory.agreements.isEmpty || isLacking, "\(kind): “\(question.text)” takes nothing")
          break
        }
        #expect(question.prompt().hasSuffix("\n> ") && !question.text.isEmpty)
      }
      #expect(count < 60, "\(kind) asks for ever")
    }
  }
}
