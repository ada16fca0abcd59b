package dev.weft.policy.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.policy.decide.CompiledPolicies;
import dev.weft.policy.decide.Outcome;
import dev.weft.policy.decide.Peer;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.Condition;
import dev.weft.policy.model.DefaultDecision;
import dev.weft.policy.model.NotUnderstood;
import dev.weft.policy.model.PathPattern;
import dev.weft.policy.model.PolicySet;
import dev.weft.policy.model.RequestMatch;
import dev.weft.policy.model.Source;
import dev.weft.policy.request.HttpRequest;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ExplanationTest {

    private static final SpiffeId WEB = SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/web");

    @Test
    void namesEachPolicyAndWhatItAsksFor() {
        Source web = Source.of(new Condition.Identity(WEB));
        Source namespace = Source.of(new Condition.InNamespace("ops"));
        CompiledPolicies policies = CompiledPolicies.compile(
                TrustDomain.parse("cluster.local"),
                new PolicySet(
                        List.of(
                                new AuthorizationPolicy("shop", "web", Set.of(80), Action.ALLOW, List.of(web)),
                                new AuthorizationPolicy("shop", "ops", Set.of(9090), Action.ALLOW, List.of(namespace))),
                        List.of(new NotUnderstood("shop/future", Set.of(443), "action: unknown")),
                        DefaultDecision.AUTHENTICATED));

        Explanation explanation = Explanation.of(policies, new Peer(WEB, InetAddress.ofLiteral("10.0.0.1")), 80, null);

        assertThat(explanation.decision().allowed()).isTrue();
        assertThat(explanation.defaultDecision()).isEqualTo(DefaultDecision.AUTHENTICATED);
        assertThat(explanation.steps())
                .containsExactly(
                        new Step("shop/future", null, false, false, List.of("action: unknown"), null),
                        new Step("shop/web", Action.ALLOW, true, true, List.of("identity " + WEB), null),
                        new Step("shop/ops", Action.ALLOW, false, false, List.of("namespace ops"), null));
    }

    @Test
    void saysWhatOfARuleTheRequestDoesNotHave() {
        RequestMatch get =
                new RequestMatch.Http(Set.of("GET"), List.of(), List.of(new PathPattern.Prefix("/orders")), List.of());
        RequestMatch list = new RequestMatch.Grpc("shop.v1.Orders", Set.of("List"));
        CompiledPolicies policies = CompiledPolicies.compile(
                TrustDomain.parse("cluster.local"),
                PolicySet.of(
                        DefaultDecision.DENY,
                        List.of(new AuthorizationPolicy(
                                "shop",
                                "read",
                                Set.of(80),
                                Action.ALLOW,
                                List.of(Source.of(new Condition.Identity(WEB))),
                                List.of(get, list)))));
        Peer web = new Peer(WEB, InetAddress.ofLiteral("10.0.0.1"));

        Explanation unasked = Explanation.of(policies, web, 80, null);
        assertThat(unasked.decision().outcome()).isEqualTo(Outcome.PER_REQUEST);
        assertThat(unasked.steps().getFirst().request())
                .isEqualTo(
                        new RequestStep(null, List.of("http GET of path prefix /orders", "grpc shop.v1.Orders/List")));

        Explanation refused = Explanation.of(policies, web, 80, request("POST", "/orders/7"));
        assertThat(refused.decision().outcome()).isEqualTo(Outcome.DENY);
        assertThat(refused.steps().getFirst().request())
                .isEqualTo(new RequestStep(
                        false,
                        List.of(
                                "http GET of path prefix /orders: the method is POST, not GET",
                                "grpc shop.v1.Orders/List: it is no gRPC call")));

        Explanation allowed = Explanation.of(policies, web, 80, request("GET", "/orders/7"));
        assertThat(allowed.decision().outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(allowed.steps().getFirst().request())
                .isEqualTo(new RequestStep(true, List.of("http GET of path prefix /orders")));
    }

    private static HttpRequest request(String method, String path) {
        return new HttpRequest(method, path, "", HttpRequest.Headers.NONE, false);
    }
}
