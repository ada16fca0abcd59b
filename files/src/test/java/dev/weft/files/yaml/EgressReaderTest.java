package dev.weft.files.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.mesh.model.EgressDefault;
import dev.weft.mesh.model.LabelSelector;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.SelectingEgress;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.policy.egress.EgressPolicy;
import dev.weft.policy.egress.EgressRules;
import dev.weft.policy.egress.EgressTarget;
import dev.weft.policy.model.Cidr;
import dev.weft.policy.model.HostPattern;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EgressReaderTest {

    private static final String WORKLOADS = """
        apiVersion: weft.dev/v1alpha1
        kind: Workload
        metadata: {name: web, namespace: shop, labels: {app: web}}
        spec: {serviceAccount: web}
        ---
        apiVersion: weft.dev/v1alpha1
        kind: Workload
        metadata: {name: api, namespace: shop}
        spec: {serviceAccount: api}
        """;

    private static Parsed read(String spec) {
        return RegistryFiles.parse(Path.of("egress.yaml"), """
            apiVersion: weft.dev/v1alpha1
            kind: EgressPolicy
            metadata: {name: out, namespace: shop}
            spec: SPEC
            """.replace("SPEC", spec));
    }

    private static EgressRules of(String text, String workload) {
        Snapshot objects = RegistryFiles.parse(Path.of("mesh.yaml"), text).objects();
        Workload found = Objects.requireNonNull(objects.workloads().get(new ObjectName("shop", workload)));
        return objects.egressFor(found);
    }

    @Test
    void readsAddressesAndHosts() {
        Parsed parsed = read("{workloads: {matchLabels: {app: web}}, action: Allow,"
                + " to: [{cidr: 10.0.0.0/8, ports: [5432]}, {host: '*.example.com'}]}");
        assertThat(parsed.errors()).isEmpty();
        assertThat(parsed.objects().egress())
                .containsExactly(Map.entry(
                        new ObjectName("shop", "out"),
                        new SelectingEgress(
                                new EgressPolicy(
                                        "shop",
                                        "out",
                                        List.of(
                                                new EgressTarget.Range(Cidr.parse("10.0.0.0/8"), Set.of(5432)),
                                                new EgressTarget.Host(new HostPattern("*.example.com"), Set.of()))),
                                new LabelSelector(Map.of("app", "web"), List.of()))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                {to: [{host: a.example}]}                                          | no usable action
                {action: Deny, to: [{host: a.example}]}                            | action: Deny
                {action: Allow, to: [{ports: [443]}]}                              | no usable target (expected: one of cidr and host)
                {action: Allow, to: [{cidr: 10.0.0.0/8, host: a.example}]}         | no usable target (expected: one of cidr and host)
                {action: Allow, to: [{cidr: 10.0.0.1/8}]}                          | no bits set behind the prefix
                {action: Allow, to: [{host: 'A.example'}]}                         | a host in lower case
                {action: Allow, to: [{host: 'a.example:443'}]}                     | a host in lower case
                {action: Allow, to: [{host: a.example, ports: [0]}]}               | 1-65535
                {action: Allow, to: [{host: a.example, port: 443}]}                | port
                {action: Allow, from: []}                                          | from
                """)
    void refusesWhatItDoesNotUnderstand(String spec, String reason) {
        assertThat(read(spec).errors())
                .isNotEmpty()
                .anySatisfy(error -> assertThat(error.reason()).contains(reason));
    }

    @Test
    void aWorkloadThatAPolicySelectsCallsOnlyWhatOneAllows() {
        String policy = """
            ---
            apiVersion: weft.dev/v1alpha1
            kind: EgressPolicy
            metadata: {name: out, namespace: shop}
            spec: {workloads: {matchLabels: {app: web}}, action: Allow, to: [{host: a.example}]}
            """;
        assertThat(of(WORKLOADS + policy, "web").allowing("a.example", 443)).contains("shop/out");
        assertThat(of(WORKLOADS + policy, "api")).isEqualTo(EgressRules.OPEN);
    }

    @Test
    void theNamespaceSaysWhatHoldsForTheOthers() {
        String namespace = """
            ---
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop, annotations: {weft.dev/egress: WORD}}
            """;
        assertThat(of(WORKLOADS + namespace.replace("WORD", "deny"), "api")).isEqualTo(EgressRules.CLOSED);
        assertThat(of(WORKLOADS + namespace.replace("WORD", "allow"), "api")).isEqualTo(EgressRules.OPEN);
        Parsed wrong = RegistryFiles.parse(Path.of("mesh.yaml"), namespace.replace("WORD", "denny"));
        assertThat(wrong.errors())
                .singleElement()
                .satisfies(error -> assertThat(error.reason()).contains("weft.dev/egress: denny"));
        assertThat(wrong.objects().namespaces().values()).noneMatch(each -> each.egress() == EgressDefault.ALLOW);
    }
}
