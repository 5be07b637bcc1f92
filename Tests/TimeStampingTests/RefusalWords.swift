import TestSupport
import TimeStamping

/// The words of every refusal of time-stamps.
///
/// … stands where a value comes. Every refusal that a test of this target meets is compared with them, so that a text cannot
/// change unseen; docs/errors.md lists them.
enum RefusalWords {
  static let known: [TimeStampFault.Code: [String]] = [
    .tooLarge: [
      "The … has more than … bytes.",
      "A file of trusted roots has more than … bytes.",
    ],
    .truncated: [
      "The … ends too early."
    ],
    .trailingBytes: [
      "There are … bytes behind the end of the …."
    ],
    .malformed: [
      "The … …."
    ],
    .certificateUnreadable: [
      "The signer's certificate is damaged, or its key is of a kind that is not taken."
    ],
    .purposeMissing: [
      "The signer's certificate is not for time-stamping."
    ],
    .purposeNotAlone: [
      "The signer's certificate is for other things than time-stamping too."
    ],
    .purposeNotCritical: [
      "The signer's certificate does not insist on being for time-stamping."
    ],
    .keyUsage: [
      "The key of the signer's certificate is not for signatures."
    ],
    .authorityNameDiffers: [
      "The authority that the token names is not the signer."
    ],
    .tooManyCertificates: [
      "The token has … certificates, more than …."
    ],
    .certificateNotValidThen: [
      "A certificate of the authority was not valid at the time of the time-stamp."
    ],
    .notTrusted: [
      "The signer's certificate does not lead to a root that is trusted."
    ],
    .unsupportedVersion: [
      "The time-stamp is not of version 1.",
      "The request is not of version 1.",
      "The signed data is not of version 3, 4 or 5.",
      "The signer should be of version 3.",
      "The signer should be of version 1.",
    ],
    .unknownCriticalExtension: [
      "The time-stamp has a critical extension that is not known here (…)."
    ],
    .badRequest: [
      "A SHA-256 digest has 32 bytes and not ….",
      "A nonce has 1 to 32 bytes and not ….",
      "“…” is no object identifier, as in 1.2.3.4.",
      "The request has another digest than SHA-256.",
      "The request has extensions, which nobody here would have sent.",
    ],
    .rejected: [
      "The authority gave no time-stamp (…)…"
    ],
    .noToken: [
      "The answer says granted and has no time-stamp."
    ],
    .rootUnreadable: [
      "A trusted root is no certificate in DER or PEM, or its key is of a kind that is not taken."
    ],
    .imprintAlgorithmNotAllowed: [
      "The time-stamp uses a digest that is not taken (…)."
    ],
    .imprintDiffers: [
      "The time-stamp is about something else: its digest differs."
    ],
    .nonceDiffers: [
      "The time-stamp does not answer this request: its nonce differs."
    ],
    .policyDiffers: [
      "The time-stamp was made under the policy … and not …."
    ],
    .signatureWrong: [
      "The signature is not of the one whose certificate is in the token."
    ],
    .inFuture: [
      "The time-stamp is from later than now."
    ],
    .olderThanContent: [
      "The time-stamp is older than what it is said to stamp."
    ],
    .signerCertificateMissing: [
      "The signer's certificate is not in the token."
    ],
    .contentTypeAttribute: [
      "The signer did not sign for a time-stamp."
    ],
    .messageDigestDiffers: [
      "The signer signed another content than the one in the token."
    ],
    .signingCertificateOnlySHA1: [
      "The signer names its certificate by a SHA-1 digest alone, which is not taken."
    ],
    .signingCertificateMissing: [
      "The signer does not say which certificate is its own."
    ],
    .signingCertificateDiffers: [
      "The signer names another certificate than the one in the token."
    ],
    .algorithmNotAllowed: [
      "The signer names its certificate by a digest that is not taken (…).",
      "The signer uses another digest than the token announces.",
      "The signer uses a digest that is not taken (…).",
      "The signature is of a kind that is not taken (…).",
      "The signature uses another digest than the signer says.",
      "The signature has RSA-PSS parameters that are not taken.",
    ],
    .notSignedData: [
      "This is no signed data, so it is no time-stamp token."
    ],
    .notTimeStampInfo: [
      "What is signed is no time-stamp but something else (…)."
    ],
    .notOneSigner: [
      "A time-stamp has one signer; this one has …."
    ],
    .signedAttributesMissing: [
      "The signer has no signed attributes."
    ],
  ]

  static func hold(_ fault: TimeStampFault) -> Bool {
    (known[fault.code] ?? []).contains { RefusalPattern.fits(fault.why, $0) }
  }
}
