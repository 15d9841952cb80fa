package dev.ringpost.apns.credentials;

import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;

/**
 * The topics that a provider certificate may push to, as Apple wrote them into it.
 *
 * <p>Apple documents two extensions: a list of topics, each followed by a sequence of its kinds,
 * and a mark of certificates for VoIP. Certificates that have only the mark name their app as the
 * user id of their subject.
 */
public final class CertificateTopics {

  /** A sequence of topics and sequences. */
  private static final String TOPICS = "1.2.840.113635.100.6.3.6";

  /** The mark of VoIP services. */
  private static final String VOIP_SERVICES = "1.2.840.113635.100.6.3.4";

  private static final String VOIP = ".voip";

  private CertificateTopics() {}

  /** The topics in alphabetical order, empty if the certificate names none. */
  public static NavigableSet<String> of(X509Certificate certificate) {
    NavigableSet<String> topics = new TreeSet<>(listed(certificate.getExtensionValue(TOPICS)));
    Optional<String> app = userId(certificate);
    app.ifPresent(topics::add);
    if (certificate.getExtensionValue(VOIP_SERVICES) != null) {
      app.filter(id -> !id.endsWith(VOIP)).ifPresent(id -> topics.add(id + VOIP));
    }
    return Collections.unmodifiableNavigableSet(topics);
  }

  private static List<String> listed(byte[] extension) {
    if (extension == null) {
      return List.of();
    }
    try {
      ASN1Sequence list =
          ASN1Sequence.getInstance(ASN1OctetString.getInstance(extension).getOctets());
      NavigableSet<String> topics = new TreeSet<>();
      for (ASN1Encodable element : list) {
        if (element instanceof ASN1UTF8String topic) {
          topics.add(topic.getString());
        }
      }
      return List.copyOf(topics);
    } catch (IllegalArgumentException _) {
      return List.of();
    }
  }

  private static Optional<String> userId(X509Certificate certificate) {
    X500Name subject = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    RDN[] ids = subject.getRDNs(BCStyle.UID);
    return ids.length == 0
        ? Optional.empty()
        : Optional.of(IETFUtils.valueToString(ids[0].getFirst().getValue()));
  }
}
