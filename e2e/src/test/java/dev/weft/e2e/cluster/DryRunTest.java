package dev.weft.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.e2e.mesh.Ran;
import dev.weft.e2e.mesh.Shell;
import dev.weft.kubernetes.inject.InjectionMethod;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A real API server takes every object, and knows every field of it. */
final class DryRunTest {

    private static final Pattern ADMISSION =
            Pattern.compile("(?m)^apiVersion: (admissionregistration\\.k8s\\.io/\\w+)\nkind: (\\w+)$");
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** Or a dry run finds no namespace. */
    @BeforeEach
    void installed() throws Exception {
        Cluster.installed();
    }

    @ParameterizedTest
    @EnumSource(InjectionMethod.class)
    void ofAnInstallation(InjectionMethod admission) throws Exception {
        dryRun(Cluster.weft(
                "install",
                List.of(
                        "--image",
                        Cluster.IMAGE,
                        "--admission",
                        admission.name().toLowerCase(Locale.ROOT))));
    }

    @ParameterizedTest
    @EnumSource(InjectionMethod.class)
    void ofTheChart(InjectionMethod admission) throws Exception {
        String helm = Objects.requireNonNullElse(System.getenv("WEFT_HELM"), "helm");
        assumeTrue(
                Shell.run(List.of("sh", "-c", "command -v " + helm), Map.of(), LIMIT)
                                .exit()
                        == 0,
                "no helm on PATH, nor in WEFT_HELM");
        String chart = Path.of("../deploy/helm/weft").toAbsolutePath().toString();
        Shell.run(List.of(helm, "lint", chart, "-n", "weft-system", "--strict"), Map.of(), LIMIT)
                .ok();
        String set = "admission=" + admission.name().toLowerCase(Locale.ROOT);
        dryRun(Shell.run(List.of(helm, "template", "weft", chart, "-n", "weft-system", "--set", set), Map.of(), LIMIT)
                .ok()
                .out());
    }

    @Test
    void ofAnUpgrade() throws Exception {
        dryRun(Cluster.upgrade(Cluster.IMAGE));
    }

    /** The rules in CEL that the kinds have: the API server evaluates them, and nothing else does. */
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/33, false",
        "10.0.0.1/8, false",
        "300.0.0.0/8, false",
        "fd00::1/64, false",
        "10.0.0.0:8, false",
        "10.0.0.0/8:80, false",
        "10.1, false",
        "10.0.0.0/8, true",
        "0.0.0.0/0, true",
        "192.0.2.7, true",
        "fd00::/8, true",
        "::/0, true",
        "fd00::7, true",
        "::ffff:10.0.0.0/8, true",
        "::ffff:a00:0/8, true",
        "64:ff9b::192.0.2.7, true"
    })
    void takesRangesAndNothingElse(String range, boolean accepted) throws Exception {
        Ran ran = Cluster.with("""
                apiVersion: weft.dev/v1alpha1
                kind: AuthorizationPolicy
                metadata: {name: ranges, namespace: default}
                spec: {workloads: {matchLabels: {app: api}}, ports: [80], action: Allow, from: [{cidr: "%s"}]}
                """.formatted(range), "apply", "--dry-run=server", "-f");
        if (accepted) {
            ran.ok();
        } else {
            assertThat(ran.failed().err()).contains("from[0].cidr").contains("range");
        }
    }

    private static void dryRun(String manifests) throws Exception {
        for (MatchResult object : ADMISSION.matcher(manifests).results().toList()) {
            assumeTrue(
                    Cluster.kubectl("get", "--raw", "/apis/" + object.group(1))
                            .out()
                            .contains("\"" + object.group(2) + "\""),
                    "this cluster does not serve " + object.group(2) + " of " + object.group(1));
        }
        Cluster.with(manifests, "apply", "--dry-run=server", "--validate=strict", "-f")
                .ok();
    }
}
