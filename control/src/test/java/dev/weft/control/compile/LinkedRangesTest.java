package dev.weft.control.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Destination;
import dev.weft.control.analyze.Analysis;
import dev.weft.control.analyze.TrustContext;
import dev.weft.control.directory.Directory;
import dev.weft.control.directory.RemoteDomain;
import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.IpPort;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.policy.model.Cidr;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where addresses in another trust domain's ranges lead if a workload of the own mesh claims them. */
final class LinkedRangesTest {

    private static final TrustDomain OWN = TrustDomain.parse("cluster.local");
    private static final TrustDomain WEST = TrustDomain.parse("west.example");
    private static final String LINK = """
            ---
            apiVersion: weft.dev/v1alpha1
            kind: TrustDomain
            metadata: {name: west.example}
            spec: {discovery: {addresses: ["192.0.2.1:15012"], ranges: [10.9.0.0/16]}}
            """;

    @Test
    void anUnmeshedWorkloadOpensNoPlaintextThere() {
        String workloads = workload("thief", false, "10.9.0.5") + workload("printer", false, "10.8.0.5");
        MeshCompiler compiler = new MeshCompiler(OWN);
        assertThat(toldBy(compiler, workloads, "10.9.0.5").hasUnreachable())
                .as("before the trust domain is declared it is the own mesh's")
                .isFalse();
        assertThat(toldBy(compiler, workloads + LINK, "10.9.0.5").hasUnreachable())
                .isTrue();
        assertThat(toldBy(compiler, workloads + LINK, "10.8.0.5").hasEndpoints())
                .isTrue();
        assertThat(toldBy(new MeshCompiler(OWN), workloads + LINK, "10.9.0.5").hasUnreachable())
                .as("from the start")
                .isTrue();

        Snapshot objects = parsed(workloads + LINK).objects();
        assertThat(LinkedRanges.of(objects, OWN).lost(objects))
                .singleElement()
                .asString()
                .contains("thief", "WEFT-C137", "10.9.0.5", "TrustDomain west.example");
    }

    @Test
    void aServiceDoesNotLeadThereInPlaintextEither() {
        Destination told = toldBy(
                new MeshCompiler(OWN),
                workload("thief", false, "10.9.0.5") + service("thief", "10.7.0.1") + LINK,
                "10.7.0.1");
        assertThat(told.hasEndpoints()).isTrue();
        assertThat(told.getEndpoints().getEndpointsList()).isEmpty();
    }

    @Test
    void aServiceDoesNotTakeAnAddressThere() {
        String own = workload("printer", false, "10.8.0.5") + service("printer", "10.9.0.7");
        MeshCompiler compiler = new MeshCompiler(OWN);
        assertThat(toldBy(compiler, own, "10.9.0.7").getEndpoints().getEndpointsCount())
                .as("before the trust domain is declared it is the own mesh's")
                .isEqualTo(1);
        assertThat(toldBy(compiler, own + LINK, "10.9.0.7").hasUnreachable()).isTrue();
        assertThat(toldBy(new MeshCompiler(OWN), own + LINK, "10.9.0.7").hasUnreachable())
                .as("from the start")
                .isTrue();
        assertThat(toldBy(compiler, own, "10.9.0.7").hasEndpoints()).isTrue();

        Snapshot objects = parsed(own + LINK).objects();
        assertThat(LinkedRanges.of(objects, OWN).lost(objects)).singleElement().satisfies(lost -> {
            assertThat(lost.object()).isEqualTo("Service shop/s");
            assertThat(lost.problem()).contains("WEFT-C137", "10.9.0.7", "TrustDomain west.example");
        });
    }

    @Test
    void theAnalysisFindsItAndAnAddressOfTwoObjects() {
        String text = workload("thief", false, "10.9.0.5")
                + workload("aaa", false, "10.8.0.7")
                + workload("db", true, "10.8.0.7")
                + LINK;
        assertThat(Analysis.of(List.of(parsed(text)), TrustContext.only(OWN)).stream()
                        .filter(finding -> finding.code().equals("WEFT-C137"))
                        .map(finding -> finding.object() + ": " + finding.problem()))
                .satisfiesExactlyInAnyOrder(
                        told -> assertThat(told).contains("Workload shop/thief", "TrustDomain west.example"),
                        told -> assertThat(told).contains("Workload shop/aaa", "10.8.0.7", "Workload shop/db"));
    }

    private static Destination toldBy(MeshCompiler compiler, String text, String address) {
        Directory directory =
                compiler.compile(parsed(text).objects(), List.of()).directory();
        RemoteDomain west = new RemoteDomain(
                WEST, List.of(Cidr.parse("10.9.0.0/16")), new RemoteDomain.Knowledge.Closed("not reached"));
        return directory
                .withRemotes(text.contains(LINK) ? List.of(west) : List.of())
                .destination(IpPort.parse(address + ":80").orElseThrow());
    }

    private static Parsed parsed(String text) {
        Parsed parsed = RegistryFiles.parse(Path.of("mesh.yaml"), text);
        assertThat(parsed.errors()).isEmpty();
        return parsed;
    }

    private static String service(String app, String address) {
        return """
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: s, namespace: shop}
                spec: {selector: {app: %s}, clusterIP: %s, ports: [{port: 80}]}
                """.formatted(app, address);
    }

    private static String workload(String name, boolean meshed, String address) {
        return """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: %s, namespace: shop, labels: {app: %1$s}}
                spec: {serviceAccount: %1$s, meshed: %s, addresses: [%s]}
                """.formatted(name, meshed, address);
    }
}
