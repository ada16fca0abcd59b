package dev.weft.proxy.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Endpoint;
import dev.weft.api.v1.Endpoints;
import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.Membership;
import dev.weft.api.v1.NotInMesh;
import dev.weft.api.v1.ProbeExemption;
import dev.weft.api.v1.RequestRoutes;
import dev.weft.api.v1.RouteMatch;
import dev.weft.api.v1.RouteRule;
import dev.weft.daemon.text.HostPort;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.proxy.route.RequestTable;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Plaintext only where the control plane says so in so many words. */
class RouteTest {
    private static final String ID = "spiffe://cluster.local/ns/shop/sa/api";

    @Test
    void anEndpointInTheMeshMustProveItsIdentity() {
        Route expected = new Route.ToEndpoints(
                List.of(new Route.Endpoint(HostPort.literal("10.0.0.1:80"), SpiffeId.parse(ID), 15008, 1)));
        assertThat(read(meshed().setMembership(Membership.MEMBERSHIP_IN_MESH))).isEqualTo(expected);
        assertThat(read(meshed()))
                .as("of a control plane from before the field")
                .isEqualTo(expected);
    }

    @Test
    void anEndpointIsOutsideOfTheMeshOnlyWhenThatIsSaid() {
        assertThat(read(endpoint().setMembership(Membership.MEMBERSHIP_OUTSIDE)))
                .isEqualTo(new Route.ToEndpoints(
                        List.of(new Route.Endpoint(HostPort.literal("10.0.0.1:80"), null, 0, 1))));
        refused(endpoint(), "neither an identity nor outside of the mesh");
        refused(endpoint().setMembership(Membership.MEMBERSHIP_IN_MESH), "in the mesh without an identity");
        refused(meshed().setMembership(Membership.MEMBERSHIP_OUTSIDE), "outside of the mesh with the identity");
        refused(meshed().setMembershipValue(77), "in a way that is not known here");
    }

    @Test
    void aFieldOfANewerVersionIsRefused() throws InvalidProtocolBufferException {
        refused(Endpoint.parseFrom(withUnknownField(meshed().build())).toBuilder(), "endpoint 10.0.0.1:80");
        refused(
                Destination.newBuilder()
                        .setEndpoints(Endpoints.parseFrom(withUnknownField(Endpoints.getDefaultInstance())))
                        .build(),
                "endpoints");
        refused(
                Destination.newBuilder()
                        .setNotInMesh(NotInMesh.parseFrom(withUnknownField(NotInMesh.getDefaultInstance())))
                        .build(),
                "not in mesh");
        refused(
                Destination.parseFrom(withUnknownField(Destination.newBuilder()
                        .setNotInMesh(NotInMesh.getDefaultInstance())
                        .build())),
                "destination");
    }

    @Test
    void aFieldOfANewerVersionInWhatIsAcceptedIsRefused() throws InvalidProtocolBufferException {
        Inbound plain = Inbound.newBuilder().setWorkload("shop/web").build();
        assertThat(inbound(plain).permissive()).isFalse();
        Inbound newer = Inbound.parseFrom(withUnknownField(plain));
        assertThatThrownBy(() -> inbound(newer))
                .hasMessageContaining("inbound: a field that this version does not know");
        ProbeExemption narrower = ProbeExemption.parseFrom(
                withUnknownField(ProbeExemption.newBuilder().setPort(80).build()));
        assertThatThrownBy(() -> inbound(plain.toBuilder().addProbes(narrower).build()))
                .hasMessageContaining("probe: a field that this version does not know");
    }

    @Test
    void routesAreReadWithTheEndpointsOrNotAtAll() {
        RequestRoutes sound =
                RequestRoutes.newBuilder().addRules(RouteRule.newBuilder()).build();
        Route.ToEndpoints read = (Route.ToEndpoints) Route.fromProto(routed(sound));
        assertThat(read.isRouted()).isTrue();
        assertThat(read.routes()).isEqualTo(RequestTable.fromProto(sound));
        assertThat(((Route.ToEndpoints) read(meshed())).isRouted()).isFalse();
        refused(
                routed(sound.toBuilder()
                        .addMatches(RouteMatch.newBuilder().setRule(1))
                        .build()),
                "match: rule");
    }

    private static Destination routed(RequestRoutes routes) {
        return Destination.newBuilder()
                .setEndpoints(Endpoints.newBuilder().setRoutes(routes))
                .build();
    }

    private static InboundConfig inbound(Inbound message) {
        return InboundConfig.fromProto("1", message, TrustDomain.parse("cluster.local"));
    }

    private static Endpoint.Builder endpoint() {
        return Endpoint.newBuilder().setAddress("10.0.0.1:80");
    }

    private static Endpoint.Builder meshed() {
        return endpoint().setIdentity(ID).setTunnelPort(15008);
    }

    private static Route read(Endpoint.Builder endpoint) {
        return Route.fromProto(destination(endpoint));
    }

    private static void refused(Endpoint.Builder endpoint, String reason) {
        refused(destination(endpoint), reason);
    }

    private static void refused(Destination destination, String reason) {
        assertThatThrownBy(() -> Route.fromProto(destination))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    private static Destination destination(Endpoint.Builder endpoint) {
        return Destination.newBuilder()
                .setEndpoints(Endpoints.newBuilder().addEndpoints(endpoint))
                .build();
    }

    /** Field 30, two bytes of content: nothing that this version knows. */
    private static ByteString withUnknownField(MessageLite message) {
        return message.toByteString().concat(ByteString.copyFrom(new byte[] {(byte) 0xf2, 1, 2, 1, 2}));
    }
}
