import AgreementTracker
import CanonicalJSON
import Testing

/// What is searched of an e-mail.
@Suite("Text of e-mails")
struct MailTextTests {
  private static let wombat = Base64.encode(Array("The wombat clause, £5".utf8))

  /// the mail, what stands in its text, what does not
  static let mails: [(mail: String, has: [String], lacks: [String])] = [
    ("From: a@b\nSubject: plain\n\nwombat clause\n", ["Subject: plain", "wombat clause"], []),
    (
      "From: a@b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n\(wombat)\r\n",
      ["The wombat clause, £5"], []
    ),
    (
      "From: a@b\nContent-Transfer-Encoding: quoted-printable\n\nthe wom=\nbat costs =C2=A35, 1=2\n",
      ["the wombat costs £5, 1=2"], []
    ),
    (
      """
      From: a@b
      Content-Type: multipart/mixed;
        boundary="X y"

      for old programs
      --X y
      Content-Type: text/html; charset=utf-8
      Content-Transfer-Encoding: base64

      \(wombat)
      --X y
      Content-Type: application/pdf
      Content-Transfer-Encoding: base64

      \(wombat)SECRET
      --X y--
      behind
      """, ["for old programs", "The wombat clause, £5"], ["SECRET"]
    ),
    ("From: a@b\nContent-Transfer-Encoding: base64\n\n\(wombat.dropLast(3))", ["The wombat clause"], []),
    ("From: a@b\nContent-Transfer-Encoding: base64\n\n!!! no base64", ["From: a@b"], ["!!!"]),
    ("", [], []), ("\n\n\n", [], []), ("Content-Type: multipart/mixed; boundary=\n\n--\nx", ["Content-Type"], []),
  ]

  @Test("Headers and text parts are there as people read them; other parts are not", arguments: mails)
  func readMails(mail: String, has: [String], lacks: [String]) {
    let text = MailText.of(Array(mail.utf8))
    #expect(has.allSatisfy { text.contains($0) } && !lacks.contains { text.contains($0) }, "\(text)")
    #expect(text.unicodeScalars.count <= mail.utf8.count + 8)
  }
}
