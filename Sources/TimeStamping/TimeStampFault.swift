/// Why a request, an answer or a token of a time-stamping authority is refused.
///
/// One type for all refusals of this module, told apart by `code`, so that a caller can test for the kind. `why` is one
/// plain sentence; what it quotes from outside is cut short and has no control characters.
package struct TimeStampFault: Error, Hashable, Sendable {
  /// The kinds of refusal. Raw values are stable: they may be printed and kept.
  package enum Code: String, Sendable, CaseIterable {
    // Bytes.
    case tooLarge = "too-large"
    case truncated = "truncated"
    case trailingBytes = "trailing-bytes"
    case malformed = "malformed"
    case unsupportedVersion = "unsupported-version"
    case unknownCriticalExtension = "unknown-critical-extension"
    // What was asked, and what was answered.
    case badRequest = "bad-request"
    case rejected = "rejected"
    case noToken = "no-token"
    // What the token holds.
    case notSignedData = "not-signed-data"
    case notTimeStampInfo = "not-time-stamp-info"
    case imprintAlgorithmNotAllowed = "imprint-algorithm-not-allowed"
    case imprintDiffers = "imprint-differs"
    case nonceDiffers = "nonce-differs"
    case policyDiffers = "policy-differs"
    // Who signed, and what exactly.
    case notOneSigner = "not-one-signer"
    case signerCertificateMissing = "signer-certificate-missing"
    case certificateUnreadable = "certificate-unreadable"
    case signedAttributesMissing = "signed-attributes-missing"
    case contentTypeAttribute = "content-type-attribute"
    case messageDigestDiffers = "message-digest-differs"
    case signingCertificateMissing = "signing-certificate-missing"
    case signingCertificateOnlySHA1 = "signing-certificate-only-sha1"
    case signingCertificateDiffers = "signing-certificate-differs"
    case algorithmNotAllowed = "algorithm-not-allowed"
    case signatureWrong = "signature-wrong"
    case authorityNameDiffers = "authority-name-differs"
    // May the signer do that, and who says so.
    case keyUsage = "key-usage"
    case purposeMissing = "purpose-missing"
    case purposeNotCritical = "purpose-not-critical"
    case purposeNotAlone = "purpose-not-alone"
    case tooManyCertificates = "too-many-certificates"
    case notTrusted = "not-trusted"
    case certificateNotValidThen = "certificate-not-valid-then"
    case rootUnreadable = "root-unreadable"
    // Time.
    case inFuture = "in-future"
    case olderThanContent = "older-than-content"
  }

  package let code: Code
  package let why: String

  package init(_ code: Code, _ why: String) {
    self.code = code
    self.why = why
  }

  /// Words from outside, fit to be shown: no control or direction characters, at most 300 characters.
  static func shown(_ text: String) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(300) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse, .surrogate:
        shown.append("?")
      default: shown.append(scalar)
      }
    }
    return String(shown)
  }
}
