package dev.weft.policy.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
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
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Policies about requests: what becomes of the connection, and of each request on it. */
final class RequestRulesTest {

    private static final TrustDomain OWN = TrustDomain.parse("cluster.local");
    private static final SpiffeId WEB = SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/web");
    private static final SpiffeId BATCH = SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/batch");
    private static final int PORT = 8080;

    @Test
    void anAllowAboutRequestsIsJudgedPerRequestForItsSourcesAndClosesThePortToOthers() {
        CompiledPolicies policies =
                compile(DefaultDecision.ANYONE, about("read", Action.ALLOW, WEB, http("GET", "/orders")));

        Decision atConnect = policies.decide(peer(WEB), PORT);
        assertThat(atConnect.outcome()).isEqualTo(Outcome.PER_REQUEST);
        assertThat(atConnect.code()).isEqualTo(Code.PER_REQUEST);
        assertThat(atConnect.policy()).isEqualTo("shop/read");
        assertThat(atConnect.allowed()).isFalse();
        assertThat(rules(policies, WEB).mustBeHttp()).isTrue();
        assertThat(judge(policies, WEB, "GET", "/orders/7"))
                .extracting(Decision::outcome, Decision::code, Decision::policy)
                .containsExactly(Outcome.ALLOW, Code.ALLOWED, "shop/read");
        Decision refused = judge(policies, WEB, "POST", "/orders/7");
        assertThat(refused.outcome()).isEqualTo(Outcome.DENY);
        assertThat(refused.code()).isEqualTo(Code.NOT_ALLOWED);
        assertThat(refused.reason()).contains("POST /orders/7", "shop/read", WEB.toString(), "8080");

        assertThat(policies.decide(peer(BATCH), PORT).code()).isEqualTo(Code.NOT_ALLOWED);
        assertThat(policies.requestRules(peer(BATCH), PORT)).isNull();
        assertThat(policies.decide(peer(BATCH), 9090).code()).as("another port").isEqualTo(Code.DEFAULT_ALLOWED);
        assertThat(policies.requestRules(peer(BATCH), 9090)).isNull();
    }

    @Test
    void aReasonIsShortHoweverLongMethodAndPathAre() {
        CompiledPolicies policies =
                compile(DefaultDecision.ANYONE, about("read", Action.ALLOW, WEB, http("GET", "/orders")));
        Decision refused = judge(policies, WEB, "M".repeat(8000), "/" + "p".repeat(8000));
        assertThat(refused.reason()).hasSizeLessThan(600).contains("MMM... /ppp", "ppp... of");
    }

    @Test
    void anAllowOfTheWholeConnectionNeedsNoLookAtRequests() {
        CompiledPolicies policies = compile(
                DefaultDecision.DENY,
                about("read", Action.ALLOW, WEB, http("GET", "/orders")),
                whole("all", Action.ALLOW, WEB));

        assertThat(policies.decide(peer(WEB), PORT).outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(policies.decide(peer(WEB), PORT).policy()).isEqualTo("shop/all");
        assertThat(policies.requestRules(peer(WEB), PORT)).isNull();
    }

    @Test
    void aDenyAboutRequestsRefusesThoseAndLeavesTheRestToAllowAndDefault() {
        AuthorizationPolicy deny = about("no-admin", Action.DENY, WEB, http("", "/admin"));
        CompiledPolicies byDefault = compile(DefaultDecision.AUTHENTICATED, deny);
        CompiledPolicies byAllow = compile(DefaultDecision.DENY, deny, whole("all", Action.ALLOW, WEB));
        CompiledPolicies byRequest =
                compile(DefaultDecision.DENY, deny, about("read", Action.ALLOW, WEB, http("GET", "/")));

        for (CompiledPolicies policies : List.of(byDefault, byAllow, byRequest)) {
            assertThat(policies.decide(peer(WEB), PORT).outcome()).isEqualTo(Outcome.PER_REQUEST);
            Decision refused = judge(policies, WEB, "GET", "/admin/users");
            assertThat(refused.code()).isEqualTo(Code.DENIED);
            assertThat(refused.policy()).isEqualTo("shop/no-admin");
            assertThat(judge(policies, WEB, "GET", "/Admin").code())
                    .as("whatever its case")
                    .isEqualTo(Code.DENIED);
            assertThat(judge(policies, WEB, "GET", "/other").outcome()).isEqualTo(Outcome.ALLOW);
        }
        assertThat(judge(byDefault, WEB, "GET", "/other").code()).isEqualTo(Code.DEFAULT_ALLOWED);
        assertThat(judge(byAllow, WEB, "GET", "/other").policy()).isEqualTo("shop/all");
        assertThat(judge(byRequest, WEB, "GET", "/other").policy()).isEqualTo("shop/read");
        assertThat(judge(byRequest, WEB, "PUT", "/other").code()).isEqualTo(Code.NOT_ALLOWED);
        assertThat(byDefault.decide(peer(BATCH), PORT).outcome())
                .as("it is not about them")
                .isEqualTo(Outcome.ALLOW);
    }

    @Test
    void whereNothingIsAdmittedADenyAboutRequestsOpensNothing() {
        CompiledPolicies policies =
                compile(DefaultDecision.DENY, about("no-admin", Action.DENY, WEB, http("", "/admin")));

        assertThat(policies.decide(peer(WEB), PORT).code()).isEqualTo(Code.DEFAULT_DENY);
        assertThat(policies.requestRules(peer(WEB), PORT)).isNull();
    }

    @Test
    void aDenyOfTheWholeConnectionAndAPolicyNotUnderstoodComeFirst() {
        AuthorizationPolicy read = about("read", Action.ALLOW, WEB, http("GET", "/"));
        CompiledPolicies denied = compile(DefaultDecision.ANYONE, read, whole("no-web", Action.DENY, WEB));
        CompiledPolicies notUnderstood = CompiledPolicies.compile(
                OWN,
                new PolicySet(
                        List.of(read),
                        List.of(new NotUnderstood("shop/future", Set.of(PORT), "new")),
                        DefaultDecision.ANYONE));

        assertThat(denied.decide(peer(WEB), PORT).code()).isEqualTo(Code.DENIED);
        assertThat(denied.requestRules(peer(WEB), PORT)).isNull();
        assertThat(notUnderstood.decide(peer(WEB), PORT).code()).isEqualTo(Code.NOT_UNDERSTOOD);
        assertThat(notUnderstood.requestRules(peer(WEB), PORT)).isNull();
    }

    @Test
    void anAuditAboutRequestsRecordsThemAndChangesNothing() {
        AuthorizationPolicy watch = about("watch", Action.AUDIT, WEB, http("DELETE", "/orders"));
        CompiledPolicies policies = compile(DefaultDecision.AUTHENTICATED, watch);

        assertThat(policies.decide(peer(WEB), PORT).outcome()).isEqualTo(Outcome.ALLOW);
        RequestRules rules = rules(policies, WEB);
        assertThat(rules.mustBeHttp()).isFalse();
        assertThat(judge(policies, WEB, "DELETE", "/orders/7"))
                .extracting(Decision::outcome, Decision::audited)
                .containsExactly(Outcome.ALLOW, List.of("shop/watch"));
        assertThat(judge(policies, WEB, "GET", "/orders/7").audited()).isEmpty();
        assertThat(judge(policies, WEB, "GET", "odd").outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(policies.requestRules(peer(BATCH), PORT)).isNull();
        assertThat(compile(DefaultDecision.DENY, watch).decide(peer(WEB), PORT).outcome())
                .as("it admits no one")
                .isEqualTo(Outcome.DENY);
        assertThat(compile(DefaultDecision.DENY, watch).requestRules(peer(WEB), PORT))
                .isNull();
    }

    @Test
    void anAuditIsRecordedWithARefusalToo() {
        CompiledPolicies policies = compile(
                DefaultDecision.DENY,
                about("read", Action.ALLOW, WEB, http("GET", "/")),
                about("watch", Action.AUDIT, WEB, http("DELETE", "/")));

        assertThat(judge(policies, WEB, "DELETE", "/orders"))
                .extracting(Decision::outcome, Decision::audited)
                .containsExactly(Outcome.DENY, List.of("shop/watch"));
    }

    @Test
    void aRequestWithoutAPathIsRefused() {
        CompiledPolicies policies = compile(
                DefaultDecision.ANYONE,
                whole("all", Action.ALLOW, WEB),
                about("no-admin", Action.DENY, WEB, http("", "/admin")));

        assertThat(judge(policies, WEB, "GET", "admin").outcome()).isEqualTo(Outcome.DENY);
        assertThat(judge(policies, WEB, "GET", "").outcome()).isEqualTo(Outcome.DENY);
        assertThat(judge(policies, WEB, "OPTIONS", "*").outcome()).isEqualTo(Outcome.ALLOW);
    }

    @Test
    void aConnectHasNoPathAndIsJudgedByMethodAndHost() {
        HttpRequest connect = new HttpRequest("CONNECT", "", "db.example", HttpRequest.Headers.NONE, false);
        CompiledPolicies byPath = compile(DefaultDecision.DENY, about("read", Action.ALLOW, WEB, http("", "/")));
        RequestMatch method = new RequestMatch.Http(Set.of("CONNECT"), List.of(), List.of(), List.of());
        CompiledPolicies byMethod = compile(DefaultDecision.DENY, about("tunnels", Action.ALLOW, WEB, method));

        Decision denied = rules(byPath, WEB).decide(connect);
        assertThat(denied.outcome()).isEqualTo(Outcome.DENY);
        assertThat(denied.reason()).contains("not to CONNECT db.example of ");
        assertThat(rules(byMethod, WEB).decide(connect).outcome()).isEqualTo(Outcome.ALLOW);
    }

    @Test
    void aReasonShowsOnlyTheBeginningOfALongPath() {
        CompiledPolicies policies = compile(DefaultDecision.DENY, about("read", Action.ALLOW, WEB, http("GET", "/a")));

        assertThat(judge(policies, WEB, "GET", "/" + "x".repeat(5000)).reason()).hasSizeLessThan(400);
    }

    @Test
    void whatAPolicySaysWhenItAdmitsIsMadeOnce() {
        CompiledPolicies policies = compile(DefaultDecision.DENY, about("read", Action.ALLOW, WEB, http("GET", "/a")));
        RequestRules rules = rules(policies, WEB);

        assertThat(rules.decide(request("GET", "/a"))).isSameAs(rules.decide(request("GET", "/a/b")));
    }

    private static Decision judge(CompiledPolicies policies, SpiffeId identity, String method, String path) {
        return rules(policies, identity).decide(request(method, path));
    }

    private static HttpRequest request(String method, String path) {
        return new HttpRequest(method, path, "api.example", HttpRequest.Headers.NONE, false);
    }

    private static RequestRules rules(CompiledPolicies policies, SpiffeId identity) {
        return Objects.requireNonNull(policies.requestRules(peer(identity), PORT), "rules");
    }

    private static Peer peer(SpiffeId identity) {
        return new Peer(identity, InetAddress.ofLiteral("10.1.2.3"));
    }

    private static RequestMatch http(String method, String prefix) {
        return new RequestMatch.Http(
                method.isEmpty() ? Set.of() : Set.of(method),
                List.of(),
                List.of(new PathPattern.Prefix(prefix)),
                List.of());
    }

    private static AuthorizationPolicy about(String name, Action action, SpiffeId from, RequestMatch to) {
        return new AuthorizationPolicy(
                "shop", name, Set.of(PORT), action, List.of(Source.of(new Condition.Identity(from))), List.of(to));
    }

    private static AuthorizationPolicy whole(String name, Action action, SpiffeId from) {
        return new AuthorizationPolicy(
                "shop", name, Set.of(PORT), action, List.of(Source.of(new Condition.Identity(from))));
    }

    private static CompiledPolicies compile(DefaultDecision defaultDecision, AuthorizationPolicy... policies) {
        return CompiledPolicies.compile(OWN, PolicySet.of(defaultDecision, List.of(policies)));
    }
}
