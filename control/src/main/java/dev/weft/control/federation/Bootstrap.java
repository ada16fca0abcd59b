package dev.weft.control.federation;

import dev.weft.identity.keys.Sha256;
import dev.weft.mesh.model.TrustDomainObject;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The hash of the anchors that a federation started with. If these anchors change in the registry, the other side has
 * started over: bundles fetched under the former anchors no longer count.
 */
record Bootstrap(String sha256) {

    /** Returns the hash of the object's anchors, independent of their order. */
    static Bootstrap of(TrustDomainObject object) {
        List<byte[]> encoded = new ArrayList<>();
        try {
            for (X509Certificate anchor : object.anchors()) {
                encoded.add(anchor.getEncoded());
            }
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("an anchor of " + object.trustDomain() + " has no encoding", e);
        }
        MessageDigest all = Sha256.digest();
        encoded.stream()
                .map(der -> HexFormat.of().formatHex(Sha256.digest().digest(der)))
                .sorted()
                .distinct()
                .forEach(hash -> all.update(HexFormat.of().parseHex(hash)));
        return new Bootstrap(HexFormat.of().formatHex(all.digest()));
    }
}
