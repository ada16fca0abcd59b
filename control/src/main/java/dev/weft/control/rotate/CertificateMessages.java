package dev.weft.control.rotate;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.AnchorInfo;
import dev.weft.api.v1.AuthorityState;
import dev.weft.api.v1.IssuerInfo;
import dev.weft.api.v1.LeafInfo;
import dev.weft.control.watch.ReportedLeaf;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.trust.SpkiFingerprint;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** Converts certificates into messages for operators. */
final class CertificateMessages {

    private CertificateMessages() {}

    static AnchorInfo anchor(X509Certificate anchor, AuthorityState state) {
        return AnchorInfo.newBuilder()
                .setSubject(anchor.getSubjectX500Principal().getName())
                .setSpkiSha256(SpkiFingerprint.of(anchor).hex())
                .setSerialNumber(anchor.getSerialNumber().toString(16))
                .setNotBefore(anchor.getNotBefore().toInstant().getEpochSecond())
                .setNotAfter(anchor.getNotAfter().toInstant().getEpochSecond())
                .setState(state)
                .setCertificate(ByteString.copyFrom(Certificates.encode(anchor)))
                .build();
    }

    /** @param anchors the anchors among which the issuer's own is searched */
    static IssuerInfo.Builder issuer(List<X509Certificate> chain, AuthorityState state, List<X509Certificate> anchors) {
        X509Certificate own = chain.getFirst();
        IssuerInfo.Builder info = IssuerInfo.newBuilder()
                .setSubject(own.getSubjectX500Principal().getName())
                .setSpkiSha256(SpkiFingerprint.of(own).hex())
                .setSerialNumber(own.getSerialNumber().toString(16))
                .setNotBefore(own.getNotBefore().toInstant().getEpochSecond())
                .setNotAfter(end(chain).getEpochSecond())
                .setState(state);
        chain.forEach(certificate -> info.addChain(ByteString.copyFrom(Certificates.encode(certificate))));
        IssuerChains.anchorOf(chain, anchors)
                .ifPresent(anchor ->
                        info.setAnchorSpkiSha256(SpkiFingerprint.of(anchor).hex()));
        return info;
    }

    /** Describes the control plane's own certificate. */
    static LeafInfo leaf(String identity, List<X509Certificate> chain, Instant renewAt) {
        X509Certificate leaf = chain.getFirst();
        return LeafInfo.newBuilder()
                .setIdentity(identity)
                .setSerialNumber(leaf.getSerialNumber().toString(16))
                .setNotBefore(leaf.getNotBefore().toInstant().getEpochSecond())
                .setNotAfter(leaf.getNotAfter().toInstant().getEpochSecond())
                .setIssuerSpkiSha256(SpkiFingerprint.of(chain.get(1)).hex())
                .setRenewAt(renewAt.getEpochSecond())
                .build();
    }

    static LeafInfo leaf(String identity, ReportedLeaf leaf) {
        return LeafInfo.newBuilder()
                .setIdentity(identity)
                .setSerialNumber(leaf.serialNumber())
                .setNotBefore(leaf.notBefore().getEpochSecond())
                .setNotAfter(leaf.notAfter().getEpochSecond())
                .setIssuerSpkiSha256(leaf.issuerKey().map(SpkiFingerprint::hex).orElse(""))
                .setRenewAt(leaf.renewAt().getEpochSecond())
                .setRenewalFailure(leaf.renewalFailure())
                .build();
    }

    static Instant end(List<X509Certificate> chain) {
        return chain.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .reduce((one, other) -> one.isBefore(other) ? one : other)
                .orElseThrow();
    }
}
