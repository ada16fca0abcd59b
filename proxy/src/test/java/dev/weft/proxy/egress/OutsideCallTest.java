package dev.weft.proxy.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Inbound;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.policy.egress.EgressPolicy;
import dev.weft.policy.egress.EgressRules;
import dev.weft.policy.egress.EgressTarget;
import dev.weft.policy.egress.EgressWire;
import dev.weft.policy.model.Cidr;
import dev.weft.policy.model.HostPattern;
import dev.weft.proxy.mesh.InboundConfig;
import dev.weft.proxy.mesh.MeshState;
import dev.weft.proxy.mesh.PolicyRefusal;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.settings.HeadLimits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class OutsideCallTest {
    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");
    private static final InetSocketAddress OUTSIDE = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 443);

    private final MeshState mesh = new MeshState(Clock.systemUTC());
    private final OutsideCall call = new OutsideCall(mesh, HeadLimits.DEFAULTS);

    private void rules(EgressTarget... to) {
        Inbound inbound = Inbound.newBuilder()
                .setEgress(EgressWire.toProto(EgressRules.of(List.of(new EgressPolicy("shop", "out", List.of(to))))))
                .build();
        mesh.inbound(InboundConfig.fromProto("1", inbound, DOMAIN));
    }

    private static void assertCode(@Nullable Refusal refusal, Refusal.Code code) {
        assertThat(refusal).isNotNull().extracting(Refusal::code).isEqualTo(code.code());
    }

    @Test
    void nothingIsCalledBeforeTheControlPlaneHasSaidWhatMay() {
        assertCode(call.check(OUTSIDE), Refusal.Code.EGRESS_UNKNOWN);
        assertThat(call.needsHost(OUTSIDE)).isFalse();
    }

    @Test
    void everythingIsCalledWhereItSaysNothing() {
        mesh.inbound(InboundConfig.fromProto("1", Inbound.getDefaultInstance(), DOMAIN));
        assertThat(call.check(OUTSIDE)).isNull();
        assertThat(call.policy(OUTSIDE)).isEmpty();
    }

    @Test
    void nothingIsCalledWhileWhatItSaysCannotBeUsed() {
        mesh.inbound(InboundConfig.fromProto("1", Inbound.getDefaultInstance(), DOMAIN));
        mesh.refused(new PolicyRefusal("2", "a field", Instant.EPOCH), DOMAIN);
        assertCode(call.check(OUTSIDE), Refusal.Code.EGRESS_DENIED);
    }

    @Test
    void anAddressIsJudgedWithoutAHost() {
        rules(new EgressTarget.Range(Cidr.parse("192.0.2.0/24"), Set.of(443)));
        assertThat(call.check(OUTSIDE)).isNull();
        assertThat(call.needsHost(OUTSIDE)).isFalse();
        assertThat(call.policy(OUTSIDE)).contains("shop/out");
        rules(new EgressTarget.Range(Cidr.parse("192.0.2.0/24"), Set.of(80)));
        assertCode(call.check(OUTSIDE), Refusal.Code.EGRESS_DENIED);
    }

    @Test
    void aHostIsJudgedAgainByTheRulesOfTheMoment() {
        rules(new EgressTarget.Host(new HostPattern("a.example"), Set.of()));
        assertThat(call.needsHost(OUTSIDE)).isTrue();
        assertCode(call.check(OUTSIDE), Refusal.Code.EGRESS_UNREADABLE);
        call.named("a.example");
        assertThat(call.check(OUTSIDE)).isNull();
        assertThat(call.policy(OUTSIDE)).contains("shop/out");
        rules(new EgressTarget.Host(new HostPattern("b.example"), Set.of()));
        assertCode(call.check(OUTSIDE), Refusal.Code.EGRESS_DENIED);
    }
}
