package dev.weft.control.federation;

import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.Sha256;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.BundleEndpoint;
import dev.weft.mesh.model.TrustDomainObject;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * How the registry wants one trust domain to be followed.
 *
 * @param bootstrap hash of the anchors that the federation started with. If these anchors change in the registry, the
 *     other side has started over: bundles fetched under the former anchors no longer count
 */
record FollowSettings(BundleEndpoint endpoint, String bootstrap, boolean disabled) {

    static FollowSettings of(TrustDomainObject object, BundleEndpoint endpoint) {
        return new FollowSettings(endpoint, bootstrap(object), object.state() == TrustBundle.State.DISABLED);
    }

    /** Returns the hash of the object's anchors, independent of their order. */
    private static String bootstrap(TrustDomainObject object) {
        MessageDigest all = Sha256.digest();
        object.anchors().stream()
                .map(anchor -> Sha256.hex(Certificates.encode(anchor)))
                .sorted()
                .distinct()
                .forEach(hash -> all.update(HexFormat.of().parseHex(hash)));
        return HexFormat.of().formatHex(all.digest());
    }
}
