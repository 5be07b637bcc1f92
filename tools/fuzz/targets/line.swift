internal import CanonicalJSON

// One line of a log: canonical JSON has one form, and every other JSON text leads to it.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = input(start, count)
  if let value = try? JSONValue(canonical: bytes) {
    law(value.canonicalBytes == bytes, "canonical JSON is written as it was read")
    law(try JSONValue(relaxed: bytes) == value, "canonical JSON is JSON")
  }
  if let value = try? JSONValue(relaxed: bytes) {
    let canonical = value.canonicalBytes
    law(try JSONValue(canonical: canonical) == value, "JSON is read from its canonical form as from any other")
    law(try JSONValue(relaxed: canonical).canonicalBytes == canonical, "the canonical form is its own")
  }
  if let decoded = Base64.decode(bytes) {
    law(Array(Base64.encode(decoded).utf8) == bytes, "base64 has one spelling")
  }
  law(Base64.decode(Base64.encode(bytes)) == bytes, "base64 leads back")
  // Lines are checked without a copy; both readers must be equally strict.
  for size in [4, 16, 32, 33] {
    let isEncoding = bytes.withUnsafeBufferPointer { Base64.isEncoding($0, ofBytes: size) }
    law(isEncoding == (Base64.decode(bytes)?.count == size), "base64 is strict in both readers")
  }
  return 0
}
