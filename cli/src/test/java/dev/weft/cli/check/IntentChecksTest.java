package dev.weft.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.JoinToken;
import dev.weft.api.v1.Machine;
import dev.weft.control.analyze.Analysis;
import dev.weft.control.analyze.Finding;
import org.junit.jupiter.api.Test;

final class IntentChecksTest {

    private static final String MESH = """
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: api, namespace: shop, labels: {app: api}}
            spec: {command: [nginx], ports: [{port: 8080}]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: {name: p, namespace: shop}
            spec: {action: Allow, ports: [8080], from: [{FROM}]}
            """;

    private static String mesh(String from) {
        return MESH.replace("FROM", from);
    }

    @Test
    void isWellWhereEverythingIsAboutSomething() {
        assertThat(Seen.well()
                        .file(mesh("serviceAccount: default"))
                        .check("intent")
                        .result())
                .isEqualTo(Result.OK);
    }

    @Test
    void warnsOfAPolicyThatMeansNothingWithItsPlace() {
        Verdict verdict = Seen.well().file(mesh("serviceAccount: web")).check("intent");
        assertThat(verdict.result()).isEqualTo(Result.WARNING);
        assertThat(verdict.about())
                .singleElement()
                .asString()
                .contains(
                        "shop.yaml:6: AuthorizationPolicy shop/p: no workload has service account shop/web",
                        "WEFT-P009");
    }

    @Test
    void knowsLinkedTrustDomainsAndMachinesThatJoined() {
        Seen seen = Seen.well().file(mesh("trustDomain: b.example"));
        assertThat(seen.check("intent").result()).isEqualTo(Result.WARNING);
        seen.follows(_ -> {}, _ -> {});
        assertThat(seen.check("intent").result()).isEqualTo(Result.OK);

        seen.file(mesh("identity: spiffe://cluster.local/ns/shop/sa/laptop"));
        assertThat(seen.check("intent").result()).isEqualTo(Result.WARNING);
        seen.machines(listed -> listed.addMachines(Machine.newBuilder()
                .setToken(JoinToken.newBuilder().setIdentity("spiffe://cluster.local/ns/shop/sa/laptop"))));
        assertThat(seen.check("intent").result()).isEqualTo(Result.OK);
    }

    @Test
    void asksTheControlPlaneWhereThereIsNoMeshFile() {
        Finding policy = new Finding(
                "WEFT-P006", "", 0, "AuthorizationPolicy shop/p", "it is about no workload", "correct the selector");
        Finding scaledToZero =
                new Finding(Analysis.NO_ENDPOINT, "", 0, "Service shop/api", "no workload", "correct it");
        assertThat(Seen.well().finds(scaledToZero).check("intent").result()).isEqualTo(Result.OK);
        Verdict verdict = Seen.well().finds(policy, scaledToZero).check("intent");
        assertThat(verdict.result()).isEqualTo(Result.WARNING);
        assertThat(verdict.about())
                .containsExactly(
                        "AuthorizationPolicy shop/p: it is about no workload (WEFT-P006); correct the selector");
        assertThat(Seen.well().controlPlaneSilent().check("intent").reason()).contains("does not answer");
    }

    @Test
    void leavesAFileWithErrorsToItsOwnCheck() {
        Verdict verdict = Seen.well().file("kind: Workload").check("intent");
        assertThat(verdict.result()).isEqualTo(Result.WARNING);
        assertThat(verdict.action()).contains("mesh-file");
    }
}
