package dev.weft.kubernetes.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.watch.Capabilities;
import dev.weft.control.watch.CutOffPeer;
import dev.weft.control.watch.InboundStatus.State;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.policy.egress.EgressPolicy;
import dev.weft.policy.limit.RateLimit;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is counted of policies as the mesh and its sidecars change. */
final class PolicyBookTest {

    private static final PolicyName POLICY = policyName("about-api");

    private final AtomicReference<Snapshot> objects = new AtomicReference<>(Snapshot.EMPTY);
    private final FakeSidecars sidecars = new FakeSidecars(objects::get);
    private final PolicyBook book = new PolicyBook();

    @Test
    void onlyWhatChangesIsLookedAtAgain() {
        objects.set(mesh(policy("about-api", "api") + workload("api-1", "api") + workload("web-1", "web")));
        assertThat(book.follow(sidecars, Set.of())).containsExactly(POLICY);
        assertThat(book.follow(sidecars, Set.of())).isEmpty();
        assertThat(book.follow(sidecars, Set.of(new ObjectName("shop", "api-1"))))
                .as("its sidecar was looked at and stands as it did")
                .isEmpty();
        sidecars.stand("shop/web-1", State.IN_FORCE, "");
        assertThat(book.follow(sidecars, Set.of(new ObjectName("shop", "web-1"))))
                .as("no policy is about it")
                .isEmpty();
        sidecars.stand("shop/api-1", State.IN_FORCE, "");
        assertThat(book.follow(sidecars, Set.of(new ObjectName("shop", "api-1"))))
                .containsExactly(POLICY);
    }

    @Test
    void whatIsLeftOutIsNotFoundAgainWhenASidecarAcknowledges() {
        objects.set(mesh(egress("outside", "api", "[]") + workload("api-1", "api")));
        book.follow(sidecars, Set.of());
        ObjectName api = new ObjectName("shop", "api-1");
        Member before = book.member(api).orElseThrow();
        sidecars.stand("shop/api-1", State.IN_FORCE, "");
        book.follow(sidecars, Set.of(api));
        Member after = book.member(api).orElseThrow();
        assertThat(after.standing()).isNotEqualTo(before.standing());
        assertThat(after.leftOut()).isSameAs(before.leftOut());
    }

    @Test
    void aSidecarThatWasNeverConnectedIsWaitedForOnlyOnceItsWorkloadIsReady() {
        objects.set(mesh(policy("about-api", "api") + workload("api-1", "api") + unready("api-2")));
        book.follow(sidecars, Set.of());
        PolicyVerdict verdict = book.verdict(POLICY).orElseThrow();
        assertThat(verdict.waiting().names()).containsExactly("shop/api-1");
        assertThat(verdict.starting()).isEqualTo(1);
    }

    @Test
    void aSidecarThatCannotJudgeRequestsCountsAsOneThatRefusesAPolicyAboutRequests() {
        objects.set(
                mesh(requestPolicy() + workload("api-1", "api") + workload("api-2", "api") + workload("api-3", "api")));
        sidecars.stand("shop/api-1", State.IN_FORCE, "", "something-else");
        sidecars.stand("shop/api-2", State.IN_FORCE, "", Capabilities.REQUEST_RULES);
        sidecars.stand("shop/api-3", State.IN_FORCE, "");
        book.follow(sidecars, Set.of());
        PolicyVerdict verdict = book.verdict(POLICY).orElseThrow();
        assertThat(verdict.refused().names()).containsExactly("shop/api-1");
        assertThat(verdict.refused().reason()).contains("cannot judge requests");
        assertThat(verdict.inForce()).isEqualTo(2);
    }

    @Test
    void whomAPolicyCutsOffIsSaidOnceForAllSidecarsThatRefuse() {
        objects.set(mesh(policy("about-api", "api") + workload("api-1", "api") + workload("api-2", "api")));
        String play = "spiffe://cluster.local/ns/play/sa/x";
        sidecars.cutOff("shop/api-1", new CutOffPeer(play, 8080, "shop/about-api"));
        sidecars.cutOff(
                "shop/api-2", new CutOffPeer(play, 8080, "shop/about-api"), new CutOffPeer(play, 9090, "shop/another"));
        book.follow(sidecars, Set.of());
        assertThat(book.verdict(POLICY).orElseThrow().cutOff())
                .isEqualTo(new NamedCount(1, List.of(play + " on port 8080"), ""));
        sidecars.stand("shop/api-1", State.IN_FORCE, "");
        assertThat(book.follow(sidecars, Set.of(new ObjectName("shop", "api-1"))))
                .containsExactly(POLICY);
        assertThat(book.verdict(POLICY).orElseThrow().cutOff().count()).isEqualTo(1);
        sidecars.stand("shop/api-2", State.IN_FORCE, "");
        book.follow(sidecars, Set.of(new ObjectName("shop", "api-2")));
        assertThat(book.verdict(POLICY).orElseThrow().cutOff()).isEqualTo(NamedCount.NONE);
    }

    @Test
    void namesTenAndCountsTheOthers() {
        StringBuilder yaml = new StringBuilder(policy("about-api", "api"));
        for (int i = 10; i < 25; i++) {
            yaml.append(workload("api-" + i, "api"));
            sidecars.stand("shop/api-" + i, State.WAITING, "has not acknowledged it yet");
        }
        objects.set(mesh(yaml.toString()));
        book.follow(sidecars, Set.of());
        PolicyVerdict verdict = book.verdict(POLICY).orElseThrow();
        assertThat(verdict.waiting().names()).hasSize(NamedCount.MOST);
        assertThat(verdict.conditions().getLast().message())
                .startsWith("in force on 0 of 15 sidecars; not acknowledged by shop/api-10, ")
                .contains(" and 5 more (has not acknowledged it yet)");
    }

    /** However it comes about, the book has what a new one makes of the same state. */
    @Test
    void countsAsIfItHadBegunNow() {
        Random random = new Random(7);
        Map<String, String> present = new HashMap<>();
        List<String> apps = List.of("api", "web", "db");
        List<State> hows = List.of(State.values());
        for (int round = 0; round < 200; round++) {
            String name = "api-" + random.nextInt(6);
            String app = apps.get(random.nextInt(3));
            Set<ObjectName> touched = Set.of();
            switch (random.nextInt(6)) {
                case 0 -> present.put(name, random.nextBoolean() ? workload(name, app) : plain(name, app));
                case 1 -> present.remove(name);
                case 2 -> present.put("policy-" + random.nextInt(3), policy("p-" + random.nextInt(3), app));
                case 3 -> present.put("egress-" + random.nextInt(3), egress("p-" + random.nextInt(3), app, "[]"));
                case 4 -> present.put("limit-" + random.nextInt(3), limit("p-" + random.nextInt(3), app));
                default -> {
                    sidecars.stand("shop/" + name, hows.get(random.nextInt(hows.size())), "because");
                    touched = Set.of(new ObjectName("shop", name));
                }
            }
            objects.set(mesh(present.values().stream().distinct().collect(Collectors.joining())));
            book.follow(sidecars, touched);
            PolicyBook fresh = new PolicyBook();
            fresh.follow(sidecars, Set.of());
            for (PolicyKind kind : PolicyKind.values()) {
                for (ObjectName each : kind.in(objects.get()).keySet()) {
                    PolicyName policy = new PolicyName(kind, each);
                    assertThat(book.verdict(policy)).isEqualTo(fresh.verdict(policy));
                }
            }
        }
    }

    @Test
    void objectsOfDifferentKindsAndOneNameAreCountedEach() {
        objects.set(mesh(policy("same", "api")
                + egress("same", "api", "[{host: a.example}]")
                + limit("same", "web")
                + workload("api-1", "api")
                + workload("web-1", "web")));
        sidecars.cutOff("shop/api-1", new CutOffPeer("spiffe://cluster.local/ns/play/sa/x", 8080, "shop/same"));
        sidecars.stand("shop/web-1", State.IN_FORCE, "", Capabilities.RATE_LIMITS);
        book.follow(sidecars, Set.of());
        assertThat(verdict(PolicyKind.AUTHORIZATION_POLICY, "same").cutOff().count())
                .isEqualTo(1);
        assertThat(verdict(PolicyKind.EGRESS_POLICY, "same").cutOff())
                .as("an EgressPolicy cuts no caller off")
                .isEqualTo(NamedCount.NONE);
        assertThat(verdict(PolicyKind.EGRESS_POLICY, "same").inForce()).isEqualTo(1);
        assertThat(verdict(PolicyKind.RATE_LIMIT, "same").inForce()).isEqualTo(1);
        objects.set(mesh(policy("same", "api") + workload("api-1", "api") + workload("web-1", "web")));
        assertThat(book.follow(sidecars, Set.of()))
                .contains(
                        new PolicyName(PolicyKind.EGRESS_POLICY, new ObjectName("shop", "same")),
                        new PolicyName(PolicyKind.RATE_LIMIT, new ObjectName("shop", "same")));
    }

    @Test
    void aSidecarThatKeepsNoRateLimitsCountsAsOneThatRefusesThem() {
        objects.set(mesh(limit("slow", "api") + workload("api-1", "api") + workload("api-2", "api")));
        sidecars.stand("shop/api-1", State.IN_FORCE, "", Capabilities.RATE_LIMITS);
        sidecars.stand("shop/api-2", State.IN_FORCE, "");
        book.follow(sidecars, Set.of());
        PolicyVerdict verdict = verdict(PolicyKind.RATE_LIMIT, "slow");
        assertThat(verdict.inForce()).isEqualTo(1);
        assertThat(verdict.refused().names()).containsExactly("shop/api-2");
        assertThat(verdict.refused().reason()).contains("does not support rate limits");
    }

    @Test
    void aRateLimitThatIsOneTooManyIsInForceOnceThereIsRoom() {
        StringBuilder yaml = new StringBuilder(workload("api-1", "api"));
        for (int i = 0; i < RateLimit.MAX_OF_WORKLOAD; i++) {
            yaml.append(limit("m-" + (100 + i), "api"));
        }
        String full = yaml.toString();
        sidecars.stand("shop/api-1", State.IN_FORCE, "", Capabilities.RATE_LIMITS);
        objects.set(mesh(full + limit("z-last", "api")));
        book.follow(sidecars, Set.of());
        assertThat(verdict(PolicyKind.RATE_LIMIT, "z-last").refused().names()).containsExactly("shop/api-1");
        assertThat(verdict(PolicyKind.RATE_LIMIT, "z-last").refused().reason()).contains("left out");
        assertThat(verdict(PolicyKind.RATE_LIMIT, "m-100").inForce()).isEqualTo(1);

        objects.set(mesh(full.replaceFirst("m-100", "zz-very-last") + limit("z-last", "api")));
        assertThat(book.follow(sidecars, Set.of()))
                .as("another object of its kind is why")
                .contains(new PolicyName(PolicyKind.RATE_LIMIT, new ObjectName("shop", "z-last")));
        assertThat(verdict(PolicyKind.RATE_LIMIT, "z-last").inForce()).isEqualTo(1);
        assertThat(verdict(PolicyKind.RATE_LIMIT, "zz-very-last").inForce()).isZero();
    }

    @Test
    void anEgressPolicyThatNoLongerFitsIsSaidToBeLeftOut() {
        StringBuilder targets = new StringBuilder();
        for (int i = 0; i < EgressPolicy.MAX_TO; i++) {
            targets.append(i == 0 ? "[" : ", ")
                    .append("{host: ")
                    .append("a".repeat(60))
                    .append('.')
                    .append("b".repeat(60))
                    .append('.')
                    .append("c".repeat(60))
                    .append(i)
                    .append(".example}");
        }
        targets.append(']');
        StringBuilder yaml = new StringBuilder(workload("api-1", "api"));
        for (String name : List.of("a", "b", "c")) {
            yaml.append(egress(name, "api", targets.toString()));
        }
        sidecars.stand("shop/api-1", State.IN_FORCE, "");
        objects.set(mesh(yaml.toString()));
        book.follow(sidecars, Set.of());
        assertThat(verdict(PolicyKind.EGRESS_POLICY, "b").inForce()).isEqualTo(1);
        assertThat(verdict(PolicyKind.EGRESS_POLICY, "c").refused().reason()).contains("left out");
    }

    private PolicyVerdict verdict(PolicyKind kind, String name) {
        return book.verdict(new PolicyName(kind, new ObjectName("shop", name))).orElseThrow();
    }

    private static PolicyName policyName(String name) {
        return new PolicyName(PolicyKind.AUTHORIZATION_POLICY, new ObjectName("shop", name));
    }

    private static Snapshot mesh(String yaml) {
        return RegistryFiles.parse(Path.of("mesh.yaml"), yaml).objects();
    }

    private static String policy(String name, String app) {
        return """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: AuthorizationPolicy
                metadata: {name: %s, namespace: shop}
                spec:
                  workloads: {matchLabels: {app: %s}}
                  action: Allow
                  from: [{authenticated: true}]
                """.formatted(name, app);
    }

    private static String egress(String name, String app, String targets) {
        return """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: EgressPolicy
                metadata: {name: %s, namespace: shop}
                spec: {workloads: {matchLabels: {app: %s}}, action: Allow, to: %s}
                """.formatted(name, app, targets);
    }

    private static String limit(String name, String app) {
        return """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: RateLimit
                metadata: {name: %s, namespace: shop}
                spec: {workloads: {matchLabels: {app: %s}}, limits: [{requestsPerSecond: 1}]}
                """.formatted(name, app);
    }

    private static String requestPolicy() {
        return policy("about-api", "api") + """
                  to: [{http: {methods: [GET]}}]
                """;
    }

    private static String workload(String name, String app) {
        return workload(name, app, "true", "[10.0.0." + (name.hashCode() & 0x7f) + "]");
    }

    private static String plain(String name, String app) {
        return workload(name, app, "false", "[10.0.0." + (name.hashCode() & 0x7f) + "]");
    }

    private static String unready(String name) {
        return workload(name, "api", "true", "[]");
    }

    private static String workload(String name, String app, String meshed, String addresses) {
        return """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: %s, namespace: shop, labels: {app: %s}}
                spec: {serviceAccount: api, meshed: %s, addresses: %s}
                """.formatted(name, app, meshed, addresses);
    }
}
