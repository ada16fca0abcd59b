package dev.weft.cli.suggest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.ObservedEdge;
import dev.weft.api.v1.PolicedWorkload;
import dev.weft.cli.command.MeshFiles;
import dev.weft.control.analyze.Analysis;
import dev.weft.control.analyze.TrustContext;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.Condition;
import dev.weft.policy.model.DefaultDecision;
import dev.weft.policy.model.PathPattern;
import dev.weft.policy.model.PolicySet;
import dev.weft.policy.model.RequestMatch;
import dev.weft.policy.model.Source;
import dev.weft.policy.wire.PolicyWire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SuggestionsTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String WEB = id("web");
    private static final String BATCH = id("batch");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    private static String id(String account) {
        return "spiffe://cluster.local/ns/shop/sa/" + account;
    }

    private static PolicedWorkload workload(String name, Map<String, String> labels, AuthorizationPolicy... policies) {
        return PolicedWorkload.newBuilder()
                .setWorkload("shop/" + name)
                .setIdentity(id(name.replaceAll("-\\d+$", "")))
                .putAllLabels(labels)
                .setPolicies(PolicyWire.toProto(PolicySet.of(DefaultDecision.AUTHENTICATED, List.of(policies))))
                .build();
    }

    private static ObservedEdge called(String workload, Edge.Builder edge) {
        return ObservedEdge.newBuilder()
                .setWorkload("shop/" + workload)
                .setSince(NOW.minusSeconds(600).getEpochSecond())
                .setEdge(edge.setDirection(EdgeDirection.EDGE_DIRECTION_INBOUND)
                        .setPort(8080)
                        .setLast(NOW.minusSeconds(60).getEpochSecond()))
                .build();
    }

    private static Edge.Builder by(String identity, long admitted) {
        return Edge.newBuilder().setSpiffeId(identity).setAdmitted(admitted);
    }

    private static List<Suggestion> of(List<ObservedEdge> edges, PolicedWorkload... workloads) {
        return Suggestions.of(edges, List.of(workloads), "", NOW.minusSeconds(3600));
    }

    private static AuthorizationPolicy policy(String name, Action action, Condition from, RequestMatch... to) {
        return new AuthorizationPolicy("shop", name, Set.of(), action, List.of(Source.of(from)), List.of(to));
    }

    private static PolicedWorkload api(AuthorizationPolicy... policies) {
        return workload("api", Map.of("app", "api"), policies);
    }

    @Test
    void allowsThoseWhoCalledAndNamesWhoMayAndDidNot() {
        List<Suggestion> drawn = of(
                List.of(called("api", by(WEB, 12))),
                api(policy("open", Action.ALLOW, new Condition.Authenticated())),
                workload("web", Map.of("app", "web")),
                workload("batch", Map.of("app", "batch")));
        assertThat(drawn).singleElement().satisfies(each -> {
            assertThat(each.policy()).isEqualTo("seen-api-8080");
            assertThat(each.callers()).extracting(Suggestion.Caller::name).containsExactly(WEB);
            assertThat(each.tooOpen()).containsExactly(id("api"), BATCH);
            assertThat(each.presentPolicies()).containsExactly("shop/open");
            assertThat(each.denied()).isEmpty();
        });
    }

    @Test
    void replicasOfOneTemplateAreOneSuggestion() {
        List<Suggestion> drawn = of(
                List.of(called("api-1", by(WEB, 1)), called("api-2", by(WEB, 2)), called("api-2", by(BATCH, 1))),
                workload("api-1", Map.of("app", "api", "pod-template-hash", "a")),
                workload("api-2", Map.of("app", "api", "pod-template-hash", "b")));
        assertThat(drawn).singleElement().satisfies(each -> {
            assertThat(each.labels()).containsExactly(Map.entry("app", "api"));
            assertThat(each.workloads()).containsExactly("shop/api-1", "shop/api-2");
            assertThat(each.callers()).extracting(Suggestion.Caller::sessions).containsExactly(1L, 3L);
        });
    }

    @Test
    void callersWithoutAnIdentityAreNamedAndLeftOut() {
        Edge.Builder plain = Edge.newBuilder()
                .setAddress(ByteString.copyFrom(new byte[] {10, 0, 0, 9}))
                .setAdmitted(4);
        List<Suggestion> drawn = of(List.of(called("api", by(WEB, 1)), called("api", plain)), api());
        assertThat(drawn.getFirst().leftOut())
                .extracting(Suggestion.Caller::name)
                .containsExactly("10.0.0.9");
        assertThat(String.join("\n", SuggestedYaml.lines(drawn)))
                .contains("# Left out because it proves no identity: 10.0.0.9, 4 sessions")
                .doesNotContain("identity: \"10");
    }

    @Test
    void plaintextAloneIsNoGroundForAPolicy() {
        Edge.Builder plain = Edge.newBuilder()
                .setAddress(ByteString.copyFrom(new byte[] {10, 0, 0, 9}))
                .setAdmitted(4);
        assertThat(of(List.of(called("api", plain)), api())).singleElement().satisfies(each -> {
            assertThat(each.suggestsPolicy()).isFalse();
            assertThat(each.why()).contains("no caller that present policies allow");
        });
    }

    @Test
    void whatWasRefusedIsNamedAndNotAllowed() {
        Edge.Builder refused = Edge.newBuilder()
                .setSpiffeId(BATCH)
                .setRefused(7)
                .setRefusalCode("WEFT-P001")
                .setRefusalReason("shop/no denies\nit");
        List<Suggestion> drawn = of(List.of(called("api", by(WEB, 1)), called("api", refused)), api());
        assertThat(drawn.getFirst().callers())
                .extracting(Suggestion.Caller::name)
                .containsExactly(WEB);
        assertThat(SuggestedYaml.lines(drawn))
                .contains("# Refused in this time: " + BATCH + ", 7 times, last by WEFT-P001 shop/no denies it");
    }

    @Test
    void nothingIsSuggestedWherePoliciesAllowSingleRequests() {
        RequestMatch orders =
                new RequestMatch.Http(Set.of(), List.of(), List.of(new PathPattern.Prefix("/orders")), List.of());
        List<Suggestion> drawn = of(
                List.of(called("api", by(WEB, 1))),
                api(policy("orders", Action.ALLOW, new Condition.Authenticated(), orders)));
        assertThat(drawn).singleElement().satisfies(each -> {
            assertThat(each.suggestsPolicy()).isFalse();
            assertThat(each.why()).contains("shop/orders allows only certain requests");
            assertThat(each.denied()).isEmpty();
        });
    }

    @Test
    void aWorkloadWithoutLabelsAmongOthersGetsNone() {
        List<ObservedEdge> edges = List.of(called("api", by(WEB, 1)));
        assertThat(of(edges, workload("api", Map.of()), workload("web", Map.of("app", "web"))))
                .singleElement()
                .satisfies(each -> assertThat(each.why()).contains("no label"));
        assertThat(of(edges, workload("api", Map.of())))
                .singleElement()
                .satisfies(each -> assertThat(each.suggestsPolicy()).isTrue());
    }

    @Test
    void whoWasAdmittedAndIsRefusedByPresentPoliciesIsNamedAndNotAllowed() {
        Edge.Builder former = by(BATCH, 5).setRefused(7).setRefusalCode("WEFT-P002");
        List<Suggestion> drawn = of(
                List.of(called("api", by(WEB, 1)), called("api", former)),
                api(policy("web", Action.ALLOW, new Condition.Identity(SpiffeId.parse(WEB)))));
        assertThat(drawn).singleElement().satisfies(each -> {
            assertThat(each.callers()).extracting(Suggestion.Caller::name).containsExactly(WEB);
            assertThat(each.refusedNow()).extracting(Suggestion.Caller::name).containsExactly(BATCH);
        });
        assertThat(String.join("\n", SuggestedYaml.lines(drawn)))
                .contains("# Left out because present policies refuse it: " + BATCH + ", 5 sessions admitted before")
                .doesNotContain("- identity: \"" + BATCH);
    }

    @Test
    void nothingIsSuggestedWherePresentPoliciesRefuseEachCaller() {
        List<Suggestion> drawn = of(
                List.of(called("api", by(BATCH, 5))),
                api(policy("no", Action.DENY, new Condition.Identity(SpiffeId.parse(BATCH)))));
        assertThat(drawn)
                .singleElement()
                .satisfies(each -> assertThat(each.suggestsPolicy()).isFalse());
    }

    @Test
    void nothingIsSuggestedWhereItsLabelsSelectOneWithPoliciesAboutRequests() {
        RequestMatch orders =
                new RequestMatch.Http(Set.of(), List.of(), List.of(new PathPattern.Prefix("/orders")), List.of());
        List<Suggestion> drawn = of(
                List.of(called("api", by(WEB, 1))),
                api(),
                workload(
                        "canary",
                        Map.of("app", "api", "track", "canary"),
                        policy("orders", Action.ALLOW, new Condition.Authenticated(), orders)));
        assertThat(drawn).singleElement().satisfies(each -> {
            assertThat(each.suggestsPolicy()).isFalse();
            assertThat(each.workloads()).containsExactly("shop/api", "shop/canary");
            assertThat(each.why()).contains("shop/orders allows only certain requests");
            assertThat(each.denied()).isEmpty();
        });
    }

    @Test
    void theRehearsalFindsWhatASuggestionForOthersWouldDeny() {
        List<ObservedEdge> edges = new ArrayList<>(List.of(called("api", by(WEB, 1))));
        for (int i = 0; i <= Suggestions.MAX_CALLERS; i++) {
            edges.add(called("canary", by(id("caller-" + i), 1)));
        }
        List<Suggestion> drawn = of(edges, api(), workload("canary", Map.of("app", "api", "track", "canary")));
        assertThat(drawn)
                .hasSize(2)
                .allSatisfy(each -> assertThat(each.denied())
                        .hasSize(Suggestions.MAX_CALLERS + 1)
                        .allSatisfy(denied -> assertThat(denied).contains("shop/canary", "WEFT-P002")));
        assertThat(drawn).filteredOn(Suggestion::suggestsPolicy).hasSize(1);
        assertThat(SuggestedYaml.lines(drawn))
                .filteredOn(line -> line.startsWith("# WOULD DENY CALLS THAT WERE SEEN: shop/canary"))
                .hasSize(2);
    }

    @Test
    void aSuggestionForAWorkloadWithFurtherLabelsIsItsOwn() {
        List<Suggestion> drawn = of(
                List.of(called("api", by(WEB, 1)), called("canary", by(BATCH, 1))),
                api(),
                workload("canary", Map.of("app", "api", "track", "canary")));
        assertThat(drawn).hasSize(2).allSatisfy(each -> {
            assertThat(each.suggestsPolicy()).isTrue();
            assertThat(each.denied()).isEmpty();
        });
    }

    @Test
    void callsBeforeTheTimeThatIsAskedForDoNotCountUnlessTheyAreOpen() {
        ObservedEdge old = called("api", by(WEB, 1));
        ObservedEdge open = called("api", by(WEB, 1).setOpen(1));
        Instant since = NOW.minusSeconds(30);
        assertThat(Suggestions.of(List.of(old), List.of(api()), "", since)).isEmpty();
        assertThat(Suggestions.of(List.of(open), List.of(api()), "", since)).hasSize(1);
        assertThat(Suggestions.of(List.of(open), List.of(api()), "other", since))
                .isEmpty();
    }

    @Test
    void theObjectsAreValidAndAnalyzeFindsNothingInThem() throws IOException {
        List<Suggestion> drawn = of(
                List.of(called("api", by(WEB, 1)), called("web", by(BATCH, 2))),
                api(),
                workload("web", Map.of("app", "web")),
                workload("batch", Map.of("app", "batch")));
        StringBuilder file = new StringBuilder();
        for (String name : List.of("api", "web", "batch")) {
            file.append("""
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: NAME, namespace: shop, labels: {app: NAME}}
                spec: {serviceAccount: NAME, ports: [{port: 8080}]}
                ---
                """.replace("NAME", name));
        }
        SuggestedYaml.lines(drawn).forEach(line -> file.append(line).append('\n'));
        Path written = folder.resolve("mesh.yaml");
        Files.writeString(written, file);
        assertThat(MeshFiles.read(written, Optional.empty()).policies()).hasSize(2);
        assertThat(Analysis.of(
                        MeshFiles.readAll(List.of(written)), TrustContext.only(TrustDomain.parse("cluster.local"))))
                .isEmpty();
    }

    @Test
    void saysSoWhereNothingWasSeen() {
        assertThat(SuggestedYaml.lines(List.of()))
                .containsExactly("# No calls were seen, so no policy can be suggested.");
    }
}
