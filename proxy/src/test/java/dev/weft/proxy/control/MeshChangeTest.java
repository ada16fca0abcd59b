package dev.weft.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.RevokedCertificate;
import dev.weft.api.v1.RevokedIdentity;
import dev.weft.api.v1.TrustBundle;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.TrustBundles;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeshChangeTest {
    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");

    private final X509Certificate anchor =
            TrustAnchors.create("test", Duration.ofDays(1), Clock.systemUTC()).certificate();
    private final MeshChange change = new MeshChange(Map.of(), TrustBundles.EMPTY);

    @Test
    void takesABundleWithWhatIsRevoked() {
        TrustBundle wire = bundle().addRevokedCertificates(
                        RevokedCertificate.newBuilder().setSerialNumber(ByteString.copyFrom(new byte[] {5})))
                .addRevokedIssuers(ByteString.copyFrom(new byte[32]))
                .addRevokedIdentities(revoked("spiffe://cluster.local/ns/a/sa/b", 100))
                .addRevokedIdentities(revoked("spiffe://cluster.local/ns/a/sa/b", 50))
                .build();
        change.put(Resources.bundle("1", wire));
        var bundle = change.bundles().find(DOMAIN).orElseThrow();
        assertThat(bundle.anchors()).containsExactly(anchor);
        assertThat(bundle.state()).isEqualTo(dev.weft.identity.trust.TrustBundle.State.ACTIVE);
        Revocations revocations = bundle.revocations();
        assertThat(revocations.certificates()).hasSize(1);
        assertThat(revocations.issuers()).hasSize(1);
        assertThat(revocations.identities())
                .as("the later of two moments")
                .containsEntry(SpiffeId.parse("spiffe://cluster.local/ns/a/sa/b"), Instant.ofEpochSecond(100));
    }

    @Test
    void disablesATrustDomainWhoseStateItDoesNotUnderstand() {
        change.put(Resources.bundle("1", bundle().setStateValue(77).build()));
        assertThat(change.bundles().find(DOMAIN).orElseThrow().state())
                .isEqualTo(dev.weft.identity.trust.TrustBundle.State.DISABLED);
    }

    @Test
    void refusesABundleItDoesNotUnderstand() {
        refuses(Resources.bundle("1", bundle().setTrustDomain("Not A Domain").build()), "Not A Domain");
        refuses(Resources.bundle("1", bundle().setTrustDomain("other.example").build()), "bundle/other.example");
        refuses(
                Resources.bundle(
                        "1",
                        bundle().addAnchors(ByteString.copyFromUtf8("no DER")).build()),
                "");
        refuses(
                Resources.bundle(
                        "1",
                        bundle().addRevokedIssuers(ByteString.copyFrom(new byte[31]))
                                .build()),
                "62 characters");
        refuses(
                Resources.bundle(
                        "1",
                        bundle().addRevokedIdentities(revoked("spiffe://", 1)).build()),
                "");
        refuses(
                Resources.bundle(
                        "1",
                        bundle().addRevokedIdentities(revoked("spiffe://cluster.local/ns/a/sa/b", Long.MAX_VALUE))
                                .build()),
                "seconds since the epoch");
    }

    @Test
    void refusesAResourceUnderAnotherName() {
        refuses(Resources.inbound("1").toBuilder().setName("inbound2").build(), "expected under the name: inbound");
        refuses(
                Resources.destination("10.0.0.1:80", "1").toBuilder()
                        .setName("inbound")
                        .build(),
                "expected under the name: destination/");
        refuses(Resources.unknown("quota"), "upgrade the proxy");
    }

    private void refuses(Resource resource, String why) {
        assertThatThrownBy(() -> change.put(resource))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
        assertThat(change.resources()).as("as it was").isEmpty();
        assertThat(change.bundles()).as("as they were").isEqualTo(TrustBundles.EMPTY);
    }

    private TrustBundle.Builder bundle() {
        return Resources.bundle("1", anchor).getTrustBundle().toBuilder();
    }

    private static RevokedIdentity revoked(String id, long before) {
        return RevokedIdentity.newBuilder()
                .setSpiffeId(id)
                .setIssuedBefore(before)
                .build();
    }
}
