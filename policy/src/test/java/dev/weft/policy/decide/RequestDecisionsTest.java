package dev.weft.policy.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.policy.match.MismatchReason;
import dev.weft.policy.match.Strictness;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.Condition;
import dev.weft.policy.model.DefaultDecision;
import dev.weft.policy.model.PathPattern;
import dev.weft.policy.model.PolicySet;
import dev.weft.policy.model.RequestMatch;
import dev.weft.policy.model.Source;
import dev.weft.policy.request.HttpRequest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decisions on connection and request together are those of the rules as they are written down, one policy after the other. */
final class RequestDecisionsTest {

    private static final TrustDomain OWN = TrustDomain.parse("cluster.local");
    private static final int SETS = 400;
    private static final int REQUESTS = 20;
    private static final List<Integer> PORTS = List.of(80, 81);

    private static final List<SpiffeId> IDS = IntStream.range(0, 4)
            .mapToObj(i -> SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/p" + i))
            .toList();

    /** What becomes of a request from its connection on. */
    private record Judged(boolean allowed, List<String> audited) {}

    @ParameterizedTest
    @ValueSource(ints = {3, 12, 80})
    void areThoseOfThePoliciesOneAfterTheOther(int mostPolicies) {
        Random random = new Random(mostPolicies);
        int allowed = 0;
        for (int i = 0; i < SETS; i++) {
            PolicySet set = PolicySet.of(
                    pick(random, List.of(DefaultDecision.values())),
                    Stream.generate(() -> random)
                            .limit(random.nextInt(mostPolicies + 1))
                            .map(RequestDecisionsTest::policy)
                            .toList());
            CompiledPolicies policies = CompiledPolicies.compile(OWN, set);
            for (int j = 0; j < REQUESTS; j++) {
                Peer peer =
                        new Peer(random.nextInt(6) == 0 ? null : pick(random, IDS), InetAddress.ofLiteral("10.0.0.1"));
                int port = pick(random, PORTS);
                HttpRequest request = new HttpRequest(
                        pick(random, List.of("GET", "POST")),
                        pick(random, List.of("/a", "/A/", "/a/b", "/b", "*")),
                        "",
                        HttpRequest.Headers.NONE,
                        false);
                Judged judged = judged(policies, peer, port, request);
                assertThat(judged).as("%s by %s", request, set).isEqualTo(expected(policies, peer, port, request));
                allowed += judged.allowed() ? 1 : 0;
            }
        }
        assertThat(allowed).isBetween(SETS * REQUESTS / 50, SETS * REQUESTS * 49 / 50);
    }

    private static Judged judged(CompiledPolicies policies, Peer peer, int port, HttpRequest request) {
        Decision connection = policies.decide(peer, port);
        RequestRules rules = policies.requestRules(peer, port);
        if (rules == null) {
            assertThat(connection.outcome()).isNotEqualTo(Outcome.PER_REQUEST);
            return new Judged(connection.allowed(), List.of());
        }
        assertThat(connection.outcome()).isEqualTo(rules.mustBeHttp() ? Outcome.PER_REQUEST : Outcome.ALLOW);
        Decision decision = rules.decide(request);
        return new Judged(decision.allowed(), decision.audited());
    }

    private static Judged expected(CompiledPolicies policies, Peer peer, int port, HttpRequest request) {
        boolean denied = false;
        boolean selected = false;
        boolean matched = false;
        List<String> audited = new ArrayList<>();
        for (AuthorizationPolicy policy : policies.set().policies()) {
            boolean from = policy.from().stream().anyMatch(source -> policies.matches(source, peer));
            boolean to = policy.to().isEmpty()
                    || policy.to().stream()
                            .anyMatch(match -> MismatchReason.of(match, request, Strictness.of(policy.action()))
                                    .isEmpty());
            if (policy.selectsPort(port)) {
                selected |= policy.action() == Action.ALLOW;
                denied |= policy.action() == Action.DENY && from && to;
                matched |= policy.action() == Action.ALLOW && from && to;
                if (policy.action() == Action.AUDIT && from && to && policy.aboutRequests()) {
                    audited.add(policy.fullName());
                }
            }
        }
        boolean byDefault = switch (policies.set().defaultDecision()) {
            case ANYONE -> true;
            case AUTHENTICATED -> peer.identity() != null;
            case DENY -> false;
        };
        boolean allowed = !denied && (selected ? matched : byDefault);
        // A connection that is refused, or that no one has to look into, has no requests to record.
        boolean looked = policies.requestRules(peer, port) != null;
        return new Judged(allowed, looked ? audited : List.of());
    }

    @Test
    void ofManyPoliciesForDifferentSourcesTheFirstDecides() {
        SpiffeId web = IDS.getFirst();
        List<AuthorizationPolicy> policies = new ArrayList<>();
        for (int i = 0; i < 3 * RequestPolicies.MAX_GROUPS; i++) {
            SpiffeId other = SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/other" + i);
            policies.add(new AuthorizationPolicy(
                    "shop",
                    "p" + i,
                    Set.of(),
                    Action.ALLOW,
                    List.of(Source.of(new Condition.Identity(web)), Source.of(new Condition.Identity(other))),
                    List.of(prefix("/p" + i % RequestPolicies.MAX_GROUPS))));
        }
        CompiledPolicies compiled = CompiledPolicies.compile(OWN, PolicySet.of(DefaultDecision.DENY, policies));
        Peer peer = new Peer(web, InetAddress.ofLiteral("10.0.0.1"));

        for (int i = 0; i < RequestPolicies.MAX_GROUPS; i++) {
            HttpRequest request = new HttpRequest("GET", "/p" + i, "", HttpRequest.Headers.NONE, false);
            RequestRules rules = Objects.requireNonNull(compiled.requestRules(peer, 80), "rules");
            assertThat(rules.decide(request).policy()).isEqualTo("shop/p" + i);
        }
    }

    private static AuthorizationPolicy policy(Random random) {
        List<Source> from = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            from.add(Source.of(
                    random.nextInt(5) == 0
                            ? new Condition.Authenticated()
                            : new Condition.Identity(pick(random, IDS))));
        }
        List<RequestMatch> to = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            to.add(
                    random.nextBoolean()
                            ? prefix(pick(random, List.of("/a", "/b", "/a/b")))
                            : new RequestMatch.Http(
                                    Set.of(pick(random, List.of("GET", "POST"))), List.of(), List.of(), List.of()));
        }
        return new AuthorizationPolicy(
                "shop",
                "p" + random.nextInt(1000),
                random.nextBoolean() ? Set.of() : Set.of(pick(random, PORTS)),
                pick(random, List.of(Action.ALLOW, Action.ALLOW, Action.DENY, Action.AUDIT)),
                from,
                to);
    }

    private static RequestMatch prefix(String path) {
        return new RequestMatch.Http(Set.of(), List.of(), List.of(new PathPattern.Prefix(path)), List.of());
    }

    private static <T> T pick(Random random, List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
