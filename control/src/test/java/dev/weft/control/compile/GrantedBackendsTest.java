package dev.weft.control.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.watch.MeshState;
import dev.weft.control.watch.MeshStates;
import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.identity.spiffe.TrustDomain;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Backends of other namespaces, as a proxy is told them. */
final class GrantedBackendsTest {

    private static final String ASKED = "destination/10.96.0.1:80";
    private static final String CARDS = """
            ---
            {apiVersion: v1, kind: Service, metadata: {name: cards, namespace: payments},
             spec: {selector: {app: cards}, clusterIP: %s, ports: [{port: 80}]}}
            """;
    private static final String GRANT = """
            ---
            {apiVersion: gateway.networking.k8s.io/v1beta1, kind: ReferenceGrant, metadata: {name: g, namespace: payments},
             spec: {from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}],
                    to: [{group: "", kind: Service, name: cards}]}}
            """;
    private static final String SHOP = """
            {apiVersion: weft.dev/v1alpha1, kind: Workload, metadata: {name: web, namespace: shop}, spec: {serviceAccount: web}}
            ---
            {apiVersion: v1, kind: Service, metadata: {name: api, namespace: shop},
             spec: {selector: {app: api}, clusterIP: 10.96.0.1, ports: [{port: 80}]}}
            ---
            {apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: r, namespace: shop},
             spec: {parentRefs: [{group: "", kind: Service, name: api}],
                    rules: [{backendRefs: [{name: cards, namespace: payments, port: 80}]}]}}
            """;

    private final MeshCompiler compiler = new MeshCompiler(TrustDomain.parse("cluster.local"));

    private MeshState compile(String... more) {
        Parsed parsed = RegistryFiles.parse(Path.of("mesh.yaml"), SHOP + String.join("", more));
        assertThat(parsed.errors()).isEmpty();
        return compiler.compile(parsed.objects(), List.of());
    }

    private static String address(MeshState state) {
        return MeshStates.resource(state, "shop/web", ASKED)
                .getDestination()
                .getEndpoints()
                .getRoutes()
                .getRules(0)
                .getBackends(0)
                .getAddress();
    }

    @Test
    void haveAnAddressWhileAGrantPermitsThem() {
        MeshState without = compile(CARDS.formatted("10.96.0.9"));
        assertThat(address(without)).isEmpty();
        MeshState with = compile(CARDS.formatted("10.96.0.9"), GRANT);
        assertThat(MeshStates.concerns(without, with, "shop/web", ASKED)).isTrue();
        assertThat(address(with)).isEqualTo("10.96.0.9:80");
        MeshState moved = compile(CARDS.formatted("10.96.0.8"), GRANT);
        assertThat(MeshStates.concerns(with, moved, "shop/web", ASKED)).isTrue();
        assertThat(address(moved)).isEqualTo("10.96.0.8:80");
        MeshState revoked = compile(CARDS.formatted("10.96.0.8"));
        assertThat(MeshStates.concerns(moved, revoked, "shop/web", ASKED)).isTrue();
        assertThat(address(revoked)).isEmpty();
    }

    @Test
    void aGrantForAnotherKindPermitsNothing() {
        assertThat(address(compile(CARDS.formatted("10.96.0.9"), GRANT.replace("HTTPRoute", "GRPCRoute"))))
                .isEmpty();
    }
}
