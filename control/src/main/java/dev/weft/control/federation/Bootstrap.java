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
 * Which anchors a federation begins with, told apart by a hash. A change of them in the registry says that the other
 * side began again: what was fetched since the former ones counts no more.
 */
record Bootstrap(String sha256) {

    /** Of the object, in whatever order its anchors are. */
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
