package dev.weft.cli.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.cli.cluster.Kubectl;
import dev.weft.cli.cluster.KubectlClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a control plane is reached, by the Service as an API server has it. */
final class PeeringAddressesTest {

    private static final String PORTS =
            "[{'name':'grpc','port':15012,'nodePort':30012},{'name':'bundle','port':15013,'nodePort':30013}]";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private TwoContexts contexts;

    @BeforeEach
    void start() throws IOException {
        contexts = new TwoContexts(directory);
    }

    private Optional<PeeringAddresses> of(String spec, String ingress) throws IOException {
        contexts.service(
                "east",
                "{'spec':{%s,'ports':%s},'status':{'loadBalancer':{%s}}}"
                        .formatted(spec, PORTS, ingress)
                        .replace('\'', '"'));
        return PeeringAddresses.ofService(
                new KubectlClient(new Kubectl(contexts.kubectl().toString(), Optional.of("east"), Optional.empty())));
    }

    @Test
    void aLoadBalancersAreThoseThatThePlatformGave() throws Exception {
        PeeringAddresses two = of("'type':'LoadBalancer'", "'ingress':[{'ip':'192.0.2.1'},{'ip':'2001:db8::1'}]")
                .orElseThrow();
        assertThat(two.controlPlane()).containsExactly("192.0.2.1:15012", "[2001:db8:0:0:0:0:0:1]:15012");
        assertThat(two.bundleEndpoint()).isEqualTo("192.0.2.1:15013");
        assertThat(of("'type':'LoadBalancer'", "'ingress':[{'hostname':'localhost'}]")
                        .orElseThrow()
                        .controlPlane())
                .contains("127.0.0.1:15012");
    }

    @Test
    void thoseOfNodesHaveThePortsOfNodesAndAreSixteenAtMost() throws Exception {
        contexts.networks(
                "east",
                IntStream.rangeClosed(1, 17).mapToObj(node -> "192.0.2." + node).collect(Collectors.joining("\n")),
                "");
        PeeringAddresses nodes = of("'type':'NodePort'", "").orElseThrow();
        assertThat(nodes.controlPlane())
                .hasSize(16)
                .startsWith("192.0.2.1:30012", "192.0.2.2:30012")
                .doesNotContain("192.0.2.17:30012");
        assertThat(nodes.bundleEndpoint()).isEqualTo("192.0.2.1:30013");
    }

    @Test
    void aFlatNetworkHasThatOfTheService() throws Exception {
        assertThat(of("'type':'ClusterIP','clusterIPs':['10.98.0.7']", "")
                        .orElseThrow()
                        .controlPlane())
                .containsExactly("10.98.0.7:15012");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'type':'LoadBalancer'",
                "'type':'ClusterIP','clusterIPs':['None']",
                "'type':'ExternalName'",
                "'other':'thing'"
            })
    void aServiceWithoutAnAddressGivesNone(String spec) throws Exception {
        assertThat(of(spec, "")).isEmpty();
    }

    @Test
    void whatIsSaidIsTakenAndTheBundleIsBesideIt() {
        assertThat(PeeringAddresses.said("192.0.2.1:443", Optional.empty()))
                .hasToString("PeeringAddresses[controlPlane=[192.0.2.1:443], bundleEndpoint=192.0.2.1:15013]");
        assertThat(PeeringAddresses.said("192.0.2.1:443", Optional.of("192.0.2.2:8443"))
                        .bundleEndpoint())
                .isEqualTo("192.0.2.2:8443");
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1", "''", "192.0.2.1:99999", "192.0.2.1:0", "[::1:15012"})
    void refusesWhatIsNoAddress(String text) {
        assertThatThrownBy(() -> PeeringAddresses.said(text, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
