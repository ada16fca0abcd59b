package dev.weft.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Pods of a namespace with the label are in the mesh, and call each other by mutual TLS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CallsTest {

    private @Nullable Space made;

    @BeforeAll
    void up() throws Exception {
        Cluster.installed();
        made = Space.meshed();
        space().server("api");
        space().idle("web");
    }

    @AfterAll
    void down() throws Exception {
        if (made != null) {
            made.close();
        }
    }

    private Space space() {
        return Objects.requireNonNull(made);
    }

    @Test
    void callsByTheServicesNameAreMutualTls() throws Exception {
        assertThat(space().call("web", "api").ok().out()).isEqualTo("api\n");
        space().awaitPeer("api", "web");
    }

    @Test
    void callsByThePodsAddressAreMutualTls() throws Exception {
        space().apply(Space.account("direct"), Space.pod("direct", "direct", "while :; do sleep 1; done"));
        space().awaitReady("direct");
        String address = space().kubectl("get", "pod", "api", "-o", "jsonpath={.status.podIP}")
                .ok()
                .out();
        assertThat(space().callHost("direct", address + ":8080").ok().out()).isEqualTo("api\n");
        space().awaitPeer("api", "direct");
    }

    @Test
    void sidecarsHaveNoCapabilityAndComeBeforeTheApplication() throws Exception {
        String sidecar = "{.spec.initContainers[?(@.name==\"weft-proxy\")]";
        assertThat(jsonPath("web", sidecar + ".restartPolicy}")).isEqualTo("Always");
        assertThat(jsonPath("web", sidecar + ".securityContext.capabilities}")).isEqualTo("{\"drop\":[\"ALL\"]}");
        assertThat(jsonPath("web", "{.spec.initContainers[*].name}")).isEqualTo("weft-init weft-proxy");
    }

    @Test
    void podsThatSayNoAreNotInTheMeshAndReachItInPlaintextWhileItIsPermissive() throws Exception {
        space().apply(
                        Space.account("outsider"),
                        Space.pod("outsider", "outsider", "while :; do sleep 1; done")
                                .replace("labels: {", "labels: {weft.dev/inject: disabled, "));
        space().awaitReady("outsider");
        assertThat(jsonPath("outsider", "{.spec.initContainers}")).isEmpty();
        assertThat(space().call("outsider", "api").ok().out()).isEqualTo("api\n");
    }

    @Test
    void refusesUnknownAnnotations() throws Exception {
        assertThat(space().tryApply(Space.pod("wrong", "default", "sleep 1")
                                .replace("labels: {", "annotations: {weft.dev/log-levl: debug}, labels: {"))
                        .failed()
                        .err())
                .contains("weft.dev/log-levl");
    }

    private String jsonPath(String pod, String path) throws Exception {
        return space().kubectl("get", "pod", pod, "-o", "jsonpath=" + path).ok().out();
    }
}
