package dev.weft.control.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Inbound;
import dev.weft.control.watch.MeshState;
import dev.weft.control.watch.MeshStates;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.SelectingRateLimit;
import dev.weft.policy.decide.CompiledPolicies;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Outcome;
import dev.weft.policy.decide.Peer;
import dev.weft.policy.limit.LimitRule;
import dev.weft.policy.limit.RateLimit;
import dev.weft.policy.wire.PolicyWire;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Policies that are too large for a sidecar's stream close their workload; nothing goes on by the former ones. */
final class InboundBoundsTest {

    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");
    /** What a sidecar accepts in one message. */
    private static final int MESSAGE = 4 << 20;

    @Test
    void policiesThatDoNotFitIntoAMessageCloseTheirWorkloadAndNoOther() throws Exception {
        MeshCompiler compiler = new MeshCompiler(DOMAIN);
        MeshState before = compiler.compile(LargePolicies.mesh(1), List.of());
        assertThat(decision(before, "shop/api").outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(compiler.closed()).isEmpty();

        MeshState now = compiler.compile(LargePolicies.mesh(60), List.of());
        assertThat(inbound(now, "shop/api").getSerializedSize()).isLessThan(MESSAGE);
        assertThat(decision(now, "shop/api"))
                .satisfies(decision -> assertThat(decision.outcome()).isEqualTo(Outcome.DENY))
                .satisfies(decision -> assertThat(decision.reason()).contains("WEFT-C138"));
        assertThat(decision(now, "shop/web").outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(compiler.closed()).containsOnlyKeys("shop/api");
        assertThat(compiler.closed().get("shop/api"))
                .startsWith("WEFT-C138: the policies and rate limits of the workload are too large for a sidecar: ")
                .contains("expected: at most 3145728");

        MeshState after = compiler.compile(LargePolicies.mesh(2), List.of());
        assertThat(decision(after, "shop/api").outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(compiler.closed()).isEmpty();
    }

    @Test
    void asManyAsFitAreSent() throws Exception {
        MeshCompiler compiler = new MeshCompiler(DOMAIN);
        int most = InboundBounds.MAX_OCTETS / PolicyWire.size(LargePolicies.policy(0));
        Inbound inbound = inbound(compiler.compile(LargePolicies.mesh(most), List.of()), "shop/api");
        assertThat(inbound.getPolicies().getPoliciesCount()).isEqualTo(most);
        assertThat(inbound.getSerializedSize())
                .isGreaterThan(InboundBounds.MAX_OCTETS - PolicyWire.size(LargePolicies.policy(0)));
        assertThat(compiler.closed()).isEmpty();
        compiler.compile(LargePolicies.mesh(most + 1), List.of());
        assertThat(compiler.closed()).containsOnlyKeys("shop/api");
    }

    @Test
    void rateLimitsThatDoNotFitCloseTheirWorkloadToo() throws Exception {
        List<LimitRule> rules = IntStream.range(0, RateLimit.MAX_LIMITS)
                .mapToObj(_ -> new LimitRule(
                        LargePolicies.sources(200), LimitRule.Unit.REQUESTS, 1, 1, LimitRule.Scope.IDENTITY))
                .toList();
        Map<ObjectName, SelectingRateLimit> limits = new TreeMap<>();
        for (int i = 0; i < RateLimit.MAX_OF_WORKLOAD; i++) {
            RateLimit limit = new RateLimit("shop", "l" + i, Set.of(), rules);
            limits.put(new ObjectName("shop", limit.name()), new SelectingRateLimit(limit, LargePolicies.of("api")));
        }
        MeshCompiler compiler = new MeshCompiler(DOMAIN);
        MeshState state = compiler.compile(LargePolicies.mesh(0).withRateLimits(limits), List.of());
        assertThat(inbound(state, "shop/api").getSerializedSize()).isLessThan(MESSAGE);
        assertThat(decision(state, "shop/api").outcome()).isEqualTo(Outcome.DENY);
    }

    private static Decision decision(MeshState state, String workload) throws Exception {
        return CompiledPolicies.compile(
                        DOMAIN, PolicyWire.fromProto(inbound(state, workload).getPolicies()))
                .decide(new Peer(LargePolicies.WEB, InetAddress.getByName("10.0.0.1")), 8080);
    }

    private static Inbound inbound(MeshState state, String workload) {
        return MeshStates.resource(state, workload, "inbound").getInbound();
    }
}
