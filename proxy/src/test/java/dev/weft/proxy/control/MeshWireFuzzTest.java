package dev.weft.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Endpoint;
import dev.weft.api.v1.Endpoints;
import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.NotInMesh;
import dev.weft.api.v1.ProbeExemption;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.RevokedCertificate;
import dev.weft.api.v1.RevokedIdentity;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.policy.decide.Peer;
import dev.weft.proxy.mesh.InboundConfig;
import dev.weft.proxy.mesh.Route;
import dev.weft.testing.FutureFields;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a control plane says of the mesh, and what one of a later version may say: read, or refused in one way, and never taken for
 * something looser than it would be without what is not known.
 */
class MeshWireFuzzTest {
    private static final TrustDomain OWN = TrustDomain.parse("cluster.local");
    private static final String WEB = "spiffe://cluster.local/ns/shop/sa/web";
    private static final Peer STRANGER = new Peer(null, InetAddress.ofLiteral("192.0.2.1"));
    private static final int FIRST_UNKNOWN = 4;
    private static final ByteString ANCHOR = ByteString.copyFrom(Certificates.encode(
            TrustAnchors.create("test", Duration.ofDays(1), Clock.systemUTC()).certificate()));
    private static final int SHA256 = 32;

    @FuzzTest
    void anyBytesAreReadOrRefusedInOneWay(byte[] bytes) {
        Resource resource;
        try {
            resource = Resource.parseFrom(bytes);
        } catch (InvalidProtocolBufferException _) {
            return;
        }
        InboundConfig _ = read(resource.getInbound(), MeshWireFuzzTest::inbound);
        Route _ = read(resource.getDestination(), Route::fromProto);
        TrustBundle _ = read(resource.getTrustBundle(), WireBundles::read);
        try {
            new MeshChange(Map.of(), TrustBundles.EMPTY).put(resource);
        } catch (IllegalArgumentException _) {
            // Refused.
        }
    }

    @FuzzTest
    void nothingOfTheFutureOpensAWorkload(FuzzedDataProvider data) {
        Inbound now = Inbound.newBuilder()
                .setWorkload("shop/api")
                .addAddresses("10.0.0.1")
                .setModeValue(data.consumeInt(0, 2))
                .setPortScopeValue(data.consumeInt(0, 2))
                .addDeclaredPorts(8080)
                .addUdpPorts(53)
                .addProbes(ProbeExemption.newBuilder().setPort(8080).setPath("/healthz"))
                .setPolicies(dev.weft.api.v1.PolicySet.newBuilder().setDefaultDecisionValue(data.consumeInt(0, 3)))
                .build();
        Inbound later = switch (data.consumeInt(0, 4)) {
            case 0 -> FutureFields.in(now, data);
            case 1 ->
                now.toBuilder()
                        .setProbes(0, FutureFields.in(now.getProbes(0), data))
                        .build();
            case 2 ->
                now.toBuilder()
                        .setPolicies(FutureFields.in(now.getPolicies(), data))
                        .build();
            case 3 -> now.toBuilder().setModeValue(unknown(data)).build();
            default -> now.toBuilder().setPortScopeValue(unknown(data)).build();
        };
        InboundConfig before = inbound(now);
        InboundConfig after = read(later, MeshWireFuzzTest::inbound);
        if (after != null) {
            assertThat(before.permissive() || !after.permissive())
                    .as("plaintext")
                    .isTrue();
            assertThat(before.reachable().has(9090) || !after.reachable().has(9090))
                    .as("other ports")
                    .isTrue();
            assertThat(before.policies().decide(STRANGER, 8080).allowed()
                            || !after.policies().decide(STRANGER, 8080).allowed())
                    .as("strangers")
                    .isTrue();
            assertThat(before.probes()).containsAll(after.probes());
            assertThat(before.udpPorts()).containsAll(after.udpPorts());
            assertThat(before.addresses()).containsAll(after.addresses());
        }
    }

    @FuzzTest
    void nothingOfTheFutureLeadsIntoPlaintext(FuzzedDataProvider data) {
        Endpoint.Builder endpoint = Endpoint.newBuilder()
                .setAddress("10.0.0.1:80")
                .setTunnelPort(15_008)
                .setMembershipValue(data.consumeInt(0, 2));
        if (data.consumeBoolean()) {
            endpoint.setIdentity(WEB);
        }
        Destination now = switch (data.consumeInt(0, 2)) {
            case 0 ->
                Destination.newBuilder()
                        .setNotInMesh(NotInMesh.getDefaultInstance())
                        .build();
            case 1 -> Destination.getDefaultInstance();
            default ->
                Destination.newBuilder()
                        .setEndpoints(Endpoints.newBuilder().addEndpoints(endpoint))
                        .build();
        };
        Route after = read(later(now, data), Route::fromProto);
        if (after != null) {
            // Nothing that was not known can have been left out of account, so it is what it was.
            assertThat(after).isEqualTo(read(now, Route::fromProto));
        }
    }

    private static Destination later(Destination now, FuzzedDataProvider data) {
        if (!now.hasEndpoints() || data.consumeBoolean()) {
            return now.hasNotInMesh() && data.consumeBoolean()
                    ? now.toBuilder()
                            .setNotInMesh(FutureFields.in(now.getNotInMesh(), data))
                            .build()
                    : FutureFields.in(now, data);
        }
        Endpoints endpoints = now.getEndpoints();
        Endpoint endpoint = endpoints.getEndpoints(0);
        return now.toBuilder()
                .setEndpoints(
                        switch (data.consumeInt(0, 2)) {
                            case 0 -> FutureFields.in(endpoints, data);
                            case 1 ->
                                endpoints.toBuilder()
                                        .setEndpoints(0, FutureFields.in(endpoint, data))
                                        .build();
                            default ->
                                endpoints.toBuilder()
                                        .setEndpoints(0, endpoint.toBuilder().setMembershipValue(unknown(data)))
                                        .build();
                        })
                .build();
    }

    @FuzzTest
    void nothingOfTheFutureIsTrustedOrTakenForNoRevocation(FuzzedDataProvider data) {
        dev.weft.api.v1.TrustBundle now = dev.weft.api.v1.TrustBundle.newBuilder()
                .setTrustDomain("cluster.local")
                .addAnchors(ANCHOR)
                .setStateValue(data.consumeInt(0, 2))
                .setSequence(7)
                .addRevokedCertificates(
                        RevokedCertificate.newBuilder().setSerialNumber(ByteString.copyFrom(new byte[] {7})))
                .addRevokedIdentities(
                        RevokedIdentity.newBuilder().setSpiffeId(WEB).setIssuedBefore(1))
                .addRevokedIssuers(ByteString.copyFrom(new byte[SHA256]))
                .build();
        dev.weft.api.v1.TrustBundle later = switch (data.consumeInt(0, 3)) {
            case 0 -> FutureFields.in(now, data);
            case 1 ->
                now.toBuilder()
                        .setRevokedCertificates(0, FutureFields.in(now.getRevokedCertificates(0), data))
                        .build();
            case 2 ->
                now.toBuilder()
                        .setRevokedIdentities(0, FutureFields.in(now.getRevokedIdentities(0), data))
                        .build();
            default -> now.toBuilder().setStateValue(unknown(data)).build();
        };
        TrustBundle after = read(later, WireBundles::read);
        if (after != null) {
            assertThat(after.state()).isEqualTo(TrustBundle.State.DISABLED);
            assertThat(after.revocations()).isEqualTo(WireBundles.read(now).revocations());
        }
    }

    private static InboundConfig inbound(Inbound message) {
        InboundConfig config = InboundConfig.fromProto("1", message, OWN);
        Set<Integer> ports = new HashSet<>(List.of(80, 8080, 65_535));
        ports.forEach(port -> config.policies().decide(STRANGER, port));
        return config;
    }

    /** What is read of the message; null where it is refused as it should be. */
    private static <M extends MessageLite, T> @Nullable T read(M message, Function<M, T> reader) {
        try {
            return reader.apply(message);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static int unknown(FuzzedDataProvider data) {
        return data.consumeInt(FIRST_UNKNOWN, Integer.MAX_VALUE);
    }
}
