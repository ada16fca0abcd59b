package dev.weft.files.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.route.Backend;
import dev.weft.mesh.route.HeadChanges;
import dev.weft.mesh.route.RouteKind;
import dev.weft.mesh.route.RouteName;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ReferenceGrants of files. */
final class GrantReaderTest {

    private static final String FROM = "from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}]";
    private static final String TO = "to: [{group: '', kind: Service, name: cards}]";

    private static Parsed parsed(String version, String spec) {
        return RegistryFiles.parse(
                Path.of("mesh.yaml"),
                "{apiVersion: gateway.networking.k8s.io/" + version
                        + ", kind: ReferenceGrant, metadata: {name: g, namespace: payments}, spec: {" + spec + "}}");
    }

    private static boolean permits(Parsed parsed, RouteKind kind, String namespace, String to) {
        RouteName route = new RouteName(kind, new ObjectName(namespace, "r"));
        int slash = to.indexOf('/');
        ObjectName service = new ObjectName(to.substring(0, slash), to.substring(slash + 1));
        return parsed.objects().permits(route, new Backend(Backend.SERVICE, service, 80, 1, HeadChanges.NONE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1beta1", "v1"})
    void permitsWhatItNamesAndNothingElse(String version) {
        Parsed parsed = parsed(version, FROM + ", " + TO);
        assertThat(parsed.errors()).isEmpty();
        assertThat(permits(parsed, RouteKind.HTTP, "shop", "payments/cards")).isTrue();
        assertThat(permits(parsed, RouteKind.GRPC, "shop", "payments/cards")).isFalse();
        assertThat(permits(parsed, RouteKind.HTTP, "web", "payments/cards")).isFalse();
        assertThat(permits(parsed, RouteKind.HTTP, "shop", "payments/ledger")).isFalse();
        assertThat(permits(parsed, RouteKind.HTTP, "shop", "payments-b/cards")).isFalse();
        assertThat(permits(parsed, RouteKind.HTTP, "web", "web/any"))
                .as("its own namespace needs none")
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"to: [{group: '', kind: Service}]", "to: [{group: core, kind: Service}]"})
    void withoutANameItPermitsEachService(String to) {
        Parsed parsed = parsed("v1beta1", FROM + ", " + to);
        assertThat(permits(parsed, RouteKind.HTTP, "shop", "payments/ledger")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                FROM + ", to: [{group: '', kind: Secret}]",
                FROM + ", to: [{group: x.io, kind: Service}]",
                "from: [{group: '', kind: HTTPRoute, namespace: shop}], " + TO,
            })
    void whatIsAboutOtherKindsPermitsNoRoute(String spec) {
        Parsed parsed = parsed("v1beta1", spec);
        assertThat(parsed.errors()).isEmpty();
        assertThat(permits(parsed, RouteKind.HTTP, "shop", "payments/cards")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                TO + " | from",
                FROM + " | to",
                FROM + ", to: [] | to",
                "from: [{group: '', kind: HTTPRoute}], " + TO + " | namespace",
                "from: [{kind: HTTPRoute, namespace: shop}], " + TO + " | group",
                FROM + ", to: [{group: ''}] | kind",
                FROM + ", " + TO + ", until: tomorrow | unknown field until",
            })
    void aWrongSpecIsRefused(String spec, String reason) {
        assertThat(parsed("v1beta1", spec).errors())
                .anySatisfy(error -> assertThat(error.reason()).contains(reason));
        assertThat(parsed("v1alpha2", FROM + ", " + TO).errors())
                .anySatisfy(error -> assertThat(error.reason()).contains("v1beta1 or gateway.networking.k8s.io/v1"));
    }
}
