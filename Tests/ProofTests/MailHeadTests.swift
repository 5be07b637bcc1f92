import AgreementTracker
import CanonicalJSON
import Foundation
import Testing

/// What is read out of the headers of an e-mail, by the standards that say how they are written, and of what is no such thing.
@Suite("Headers of e-mails")
struct MailHeadTests {
  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test("Sender, day and subject are read, also where lines are folded or end in CR LF")
  func whole() throws {
    let text =
      "Received: from a\n\tby b; Sat, 3 Jul 2010 10:14:06 +0100\nFrom: \"Nand, Priya\" <p.nand@example.org>\n"
      + "Date: Sat, 3 Jul 2010 23:14:05 +0100 (BST)\nSubject: =?utf-8?B?UHJlc2NyaWJpbmcgwqMy?=\n =?utf-8?Q?40,000?=\n"
      + "\nFrom: nobody\n"
    for form in [text, text.replacingOccurrences(of: "\n", with: "\r\n"), "\u{FEFF}\n" + text] {
      let mail = try #require(MailHead(Self.bytes(form)))
      #expect(mail.senderName == "Nand, Priya" && mail.senderAddress == "p.nand@example.org")
      #expect(mail.day == Day("2010-07-03") && mail.subject == "Prescribing £240,000")
    }
  }

  /// As RFC 5322 has it, as old and other programs write it, and what is no day or one of two.
  static let days: [(String, String?)] = [
    ("Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21"), ("Tue, 1 Jul 2003 10:52:37 +0200", "2003-07-01"),
    ("Thu,\n 13\n Feb\n 1969\n 23:32\n -0330 (Newfoundland Time)", nil), ("21 Nov 97 09:55:06 GMT", "1997-11-21"),
    ("3 jul 2026 00:30:00 +0100", "2026-07-03"), ("Thu, 31 Dec 2009 23:59:60 +0000", "2009-12-31"),
    ("Sat, 03 Jul 110 10:00:00 Z", "2010-07-03"), ("1 Jan 05 0:00 EST", "2005-01-01"),
    ("(a (nested) note) Fri, 21 Nov 1997", "1997-11-21"), ("Friday, July 3, 2026 10:14 AM", "2026-07-03"),
    ("03 July 2026 10:14", "2026-07-03"), ("3 Sept 2026", "2026-09-03"), ("31 Feb 2026", nil), ("03/07/2026", nil),
    ("2026-07-03", nil), ("Jul 2026", nil), ("32 Jul 2026", nil), ("3 Jul 20260", nil), ("3 Julian 2026", nil),
    ("", nil), ("Jul", nil), ("3 Jul", nil), ("-3 Jul 2026", nil), ("٣ Jul 2026", nil),
  ]

  @Test("The day is the one that the sender's clock had", arguments: days)
  func day(text: String, day: String?) {
    #expect(MailHead.day(text.replacingOccurrences(of: "\n", with: "")) == day.flatMap { Day($0) })
  }

  static let senders: [(String, String?, String?)] = [
    ("Priya Nand <p@example.org>", "Priya Nand", "p@example.org"), ("<p@example.org>", nil, "p@example.org"),
    ("p@example.org (Priya (P.) Nand)", "Priya (P.) Nand", "p@example.org"), ("p@example.org", nil, "p@example.org"),
    ("\"Nand, \\\"P.\\\"\" <p@example.org>, Tom <t@example.org>", "Nand, \"P.\"", "p@example.org"),
    ("=?iso-8859-1?Q?Andr=E9_Ros?= <a@example.org>", "André Ros", "a@example.org"),
    ("\"p@example.org\" <p@example.org>", nil, "p@example.org"), ("Priya Nand", "Priya Nand", nil),
    ("Priya Nand [mailto:p@example.org]", "Priya Nand", nil), ("", nil, nil), ("<", nil, nil), ("\"", nil, nil),
    ("(((((", nil, nil), ("a@b, c@d", nil, "a@b"), ("Team: a@b, c@d;", "Team: a@b", nil),
  ]

  @Test("The first sender is named, by name and by address", arguments: senders)
  func sender(text: String, name: String?, address: String?) {
    let sender = MailSender(Self.bytes(text))
    #expect(sender.name == name && sender.address == address, "\(sender)")
  }

  /// RFC 2047, with its own examples where it has some.
  static let words: [(String, String)] = [
    ("=?ISO-8859-1?Q?a?=", "a"), ("=?ISO-8859-1?Q?a?= b", "a b"), ("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"),
    ("=?ISO-8859-1?Q?a_b?=", "a b"), ("=?ISO-8859-1?Q?a?=   =?utf-8?q?=C2=A3b?=", "a£b"),
    ("=?UTF-8*en?B?wqM=?= 5", "£ 5"), ("=?utf-8?B?wqM?=", "£"), ("=?windows-1252?Q?=93off=94_=96_=80?=", "“off” – €"),
    // A letter that was cut in two.
    ("=?utf-8?Q?=C2?= =?utf-8?Q?=A3?=", "£"), ("=?utf-8?Q?=C2?=", "\u{FFFD}"),
    // What cannot be read stands as it is.
    ("=?utf-7?Q?a?=", "=?utf-7?Q?a?="), ("=?utf-8?X?a?=", "=?utf-8?X?a?="), ("=?utf-8?B?!!!!?=", "=?utf-8?B?!!!!?="),
    ("=?utf-8?Q?=Z1?=", "=?utf-8?Q?=Z1?="), ("=?utf-8?Q?a", "=?utf-8?Q?a"), ("=?", "=?"), ("=?=?=?=", "=?=?=?="),
    ("a\tb   c", "a b c"), ("=?utf-8?Q?=1B[31m=0Ared=07?=", "[31m red"), ("a\u{202E}b\u{200F}", "ab"), ("", ""),
  ]

  @Test("Encoded words are decoded, and nothing in them can repaint a terminal", arguments: words)
  func word(text: String, decoded: String) { #expect(EncodedWords.text(Self.bytes(text)) == decoded) }

  @Test("Bytes without an encoding are UTF-8, or else Windows-1252")
  func raw() {
    #expect(EncodedWords.text([0xC2, 0xA3, 0x35]) == "£5" && EncodedWords.text([0xA3, 0x35, 0x80]) == "£5€")
  }

  /// A beginning, what it says of the sender; nil = it is no mail.
  static let heads: [(String, String?)] = [
    ("From: a\nTo: b\n\nx", "a"), ("from: a\nDATE: x\n", "a"), ("From: a\nSent: 3 July 2010 10:14\nTo: b\n\n", "a"),
    ("From: a\n\nTo: b", nil), ("To: b\nSubject: c\n\n", nil), ("From here on: all\nTo: b\n", nil),
    (" From: a\nTo: b", "a"),
    ("From: a\nnot a header\nTo: b\n", nil), ("", nil), ("\n", nil), (":\n", nil), ("From: a\n: b\nTo: c", nil),
  ]

  @Test("Only what begins with headers is an e-mail", arguments: heads)
  func head(text: String, sender: String?) {
    let mail = MailHead(Self.bytes(text))
    #expect(mail?.senderName == sender)
    if text.contains("Sent") { #expect(mail?.day == Day("2010-07-03")) }
  }

  @Test("Hostile headers are read in no time, and come out short")
  func hostile() throws {
    let many = ["=?utf-8?Q?", "=?a?b?", "(", "\\", "\"", "<", "=?utf-8?B?QUFB?= ", "é", "\u{0}", ", ", "=", "a "]
    for piece in many {
      let head =
        "From: " + String(repeating: piece, count: 40_000) + "\nSubject: " + String(repeating: piece, count: 40_000)
        + "\nDate: " + String(repeating: piece, count: 40_000) + "\n\n"
      let short =
        "To: x\nDate: " + String(repeating: "Jul ", count: 9000) + "\nFrom:" + String(repeating: piece, count: 900)
      let start = Date()
      for text in [head, short] {
        let mail = MailHead(Self.bytes(text))
        #expect((mail?.subject?.count ?? 0) <= 300 && (mail?.senderName?.count ?? 0) <= 300)
      }
      #expect(Date().timeIntervalSince(start) < 5, "\(piece)")
    }
    // Long headers of servers before the sender do not hide that it is a mail.
    let servers = String(repeating: "Received: from a by b; Sat, 3 Jul 2010 10:14:06 +0100\n", count: 400)
    let mail = Self.bytes(servers + "From: a@example.org\nSubject: late\n\nx")
    let path = "\(NSTemporaryDirectory())/mail-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(mail).write(to: URL(fileURLWithPath: path))
    let file = try ExhibitFile.read(path)
    #expect(file.mediaType == "message/rfc822" && file.mail?.subject == "late")
  }
}
