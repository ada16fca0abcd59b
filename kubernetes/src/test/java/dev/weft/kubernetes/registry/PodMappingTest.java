package dev.weft.kubernetes.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.PortScope;
import dev.weft.mesh.model.Workload;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class PodMappingTest {

    private static final ObjectName WEB = new ObjectName("shop", "web-1");

    private static Workload workload(PodBuilder pod) {
        return PodMapping.map(pod.build()).workload().orElseThrow();
    }

    @Test
    void aPodWithTheSidecarIsAMeshedWorkload() {
        MappedPod pod = PodMapping.map(Pods.meshed("shop", "web-1", "10.1.0.1", "fd00::1")
                .editMetadata()
                .withLabels(Map.of("app", "web"))
                .endMetadata()
                .build());
        Workload workload = pod.workload().orElseThrow();
        assertThat(workload.name()).isEqualTo(WEB);
        assertThat(workload.serviceAccount()).isEqualTo("web");
        assertThat(workload.meshed()).isTrue();
        assertThat(workload.labels()).isEqualTo(Map.of("app", "web"));
        assertThat(workload.addresses()).as("they are the address book's").isEmpty();
        assertThat(workload.portScope()).isEqualTo(PortScope.ALL);
        assertThat(pod.addresses()).containsExactly("10.1.0.1", "fd00:0:0:0:0:0:0:1");
        assertThat(pod.ready()).isTrue();
        assertThat(pod.problems()).isEmpty();
    }

    @Test
    void itsUidTellsItFromOthersOfItsName() {
        PodBuilder another = Pods.meshed("shop", "web-1", "10.1.0.1")
                .editMetadata()
                .withUid("uid-2")
                .endMetadata();
        assertThat(workload(another).instance()).isEqualTo("uid-2");
    }

    @Test
    void withoutTheSidecarItIsNotMeshed() {
        assertThat(workload(Pods.plain("shop", "web-1", "10.1.0.1")).meshed()).isFalse();
    }

    @Test
    void anInitContainerOfThatNameThatEndsIsNoSidecar() {
        PodBuilder pod = Pods.meshed("shop", "web-1", "10.1.0.1")
                .editSpec()
                .editMatchingInitContainer(container -> container.getName().equals("weft-proxy"))
                .withRestartPolicy(null)
                .endInitContainer()
                .endSpec();
        assertThat(workload(pod).meshed()).isFalse();
    }

    @Test
    void anOrdinaryContainerOfThatNameIsNoSidecar() {
        PodBuilder pod = Pods.plain("shop", "web-1", "10.1.0.1")
                .editSpec()
                .addNewContainer()
                .withName("weft-proxy")
                .endContainer()
                .endSpec();
        assertThat(workload(pod).meshed()).isFalse();
    }

    @Test
    void nobodyIsTheControlPlane() {
        PodBuilder pod = Pods.meshed("weft-system", "weft-control-1", "10.1.0.1")
                .editSpec()
                .withServiceAccountName("weft-control")
                .endSpec();
        assertThat(workload(pod).meshed()).isFalse();
    }

    @Test
    void withoutAServiceAccountItIsTheDefaultOne() {
        PodBuilder pod = Pods.meshed("shop", "web-1", "10.1.0.1")
                .editSpec()
                .withServiceAccountName(null)
                .endSpec();
        assertThat(workload(pod).serviceAccount()).isEqualTo("default");
    }

    @Test
    void declaresThePortsOfAllThatRunsButOfTheSidecar() {
        PodBuilder pod = Pods.meshed("shop", "web-1", "10.1.0.1")
                .editSpec()
                .editFirstContainer()
                .addNewPort()
                .withName("http")
                .withContainerPort(8080)
                .endPort()
                .addNewPort()
                .withName("dns")
                .withContainerPort(53)
                .withProtocol("UDP")
                .endPort()
                .addNewPort()
                .withContainerPort(7)
                .withProtocol("SCTP")
                .endPort()
                .endContainer()
                .addNewInitContainer()
                .withName("cache")
                .withRestartPolicy("Always")
                .addNewPort()
                .withName("cache")
                .withContainerPort(6379)
                .endPort()
                .endInitContainer()
                .addNewInitContainer()
                .withName("migrate")
                .addNewPort()
                .withContainerPort(1)
                .endPort()
                .endInitContainer()
                .endSpec();
        Workload workload = workload(pod);
        assertThat(workload.ports())
                .containsExactly(new Workload.Port("http", 8080, null), new Workload.Port("cache", 6379, null));
        assertThat(workload.udpPorts()).containsExactly(53);
        assertThat(workload.portNamed("cache")).isEqualTo(OptionalInt.of(6379));
    }

    @Test
    void aPortOutOfRangeIsLeftOut() {
        PodBuilder pod = Pods.meshed("shop", "web-1", "10.1.0.1")
                .editSpec()
                .editFirstContainer()
                .addNewPort()
                .withContainerPort(70_000)
                .endPort()
                .endContainer()
                .endSpec();
        assertThat(workload(pod).ports()).isEmpty();
    }

    @Test
    void readsItsAnnotations() {
        Workload workload = workload(Pods.annotated(Map.of(
                "weft.dev/skip-inbound-ports", "9000, 9001",
                "weft.dev/skip-outbound-ports", "5432",
                "weft.dev/udp-ports", "53,123",
                "weft.dev/inbound", "strict")));
        assertThat(workload.skipInboundPorts()).containsExactlyInAnyOrder(9000, 9001);
        assertThat(workload.skipOutboundPorts()).containsExactly(5432);
        assertThat(workload.udpPorts()).containsExactlyInAnyOrder(53, 123);
        assertThat(workload.inbound()).isEqualTo(InboundMode.STRICT);
    }

    @Test
    void whatCannotBeReadOfThemIsClosedAndTold() {
        MappedPod pod = PodMapping.map(Pods.annotated(Map.of(
                        "weft.dev/skip-inbound-ports", "9000,http",
                        "weft.dev/skip-outbound-ports", "0",
                        "weft.dev/udp-ports", "65536",
                        "weft.dev/inbound", "permisive"))
                .build());
        Workload workload = pod.workload().orElseThrow();
        assertThat(workload.skipInboundPorts()).isEmpty();
        assertThat(workload.skipOutboundPorts()).isEmpty();
        assertThat(workload.udpPorts()).isEmpty();
        assertThat(workload.inbound()).isEqualTo(InboundMode.STRICT);
        assertThat(pod.problems())
                .hasSize(4)
                .anySatisfy(problem ->
                        assertThat(problem).contains("weft.dev/skip-inbound-ports: 9000,http", "ports from 1 to 65535"))
                .anySatisfy(problem -> assertThat(problem)
                        .contains("weft.dev/inbound: permisive", "permissive, strict", "did you mean permissive?"));
    }

    @Test
    void aPodThatHasEndedIsNoWorkload() {
        for (String phase : List.of("Succeeded", "Failed")) {
            MappedPod pod = PodMapping.map(Pods.meshed("shop", "web-1", "10.1.0.1")
                    .editStatus()
                    .withPhase(phase)
                    .endStatus()
                    .build());
            assertThat(pod.ended()).isTrue();
            assertThat(pod.workload()).isEmpty();
            assertThat(pod.addresses()).isEmpty();
        }
    }

    @Test
    void aPodThatIsTerminatingStaysWithoutBeingReadyUntilAllInItHasEnded() {
        PodBuilder terminating = Pods.terminating(Pods.meshed("shop", "web-1", "10.1.0.1"));
        MappedPod running =
                PodMapping.map(Pods.states(terminating, false, false).build());
        assertThat(running.workload()).isPresent();
        assertThat(running.addresses()).containsExactly("10.1.0.1");
        assertThat(running.ready()).isFalse();

        MappedPod draining =
                PodMapping.map(Pods.states(terminating, true, false).build());
        assertThat(draining.workload()).as("its sidecar still runs").isPresent();

        MappedPod ended = PodMapping.map(Pods.states(terminating, true, true).build());
        assertThat(ended.workload()).isEmpty();
        assertThat(ended.ended()).isTrue();
    }

    @Test
    void aPodWhoseContainersCrashAndThatStaysHasItsAddress() {
        MappedPod pod = PodMapping.map(Pods.states(Pods.meshed("shop", "web-1", "10.1.0.1"), true, true)
                .build());
        assertThat(pod.workload()).isPresent();
    }

    @Test
    void aPodOfTheHostsNetworkOrWithoutAnAddressIsNoWorkload() {
        MappedPod ofHost = PodMapping.map(Pods.plain("shop", "web-1", "192.0.2.1")
                .editSpec()
                .withHostNetwork(true)
                .endSpec()
                .build());
        assertThat(ofHost.workload()).isEmpty();
        assertThat(ofHost.hostNetwork()).isTrue();
        assertThat(ofHost.ended()).isFalse();
        assertThat(PodMapping.map(Pods.meshed("shop", "web-1").build()).workload())
                .isEmpty();
    }

    @Test
    void onlyWhatIsAnAddressIsOne() {
        MappedPod pod = PodMapping.map(
                Pods.meshed("shop", "web-1", "localhost", "10.1.0.1").build());
        assertThat(pod.addresses()).containsExactly("10.1.0.1");
    }

    @Test
    void isReadyByTheConditionAlone() {
        MappedPod pod = PodMapping.map(Pods.meshed("shop", "web-1", "10.1.0.1")
                .editStatus()
                .editFirstCondition()
                .withStatus("False")
                .endCondition()
                .endStatus()
                .build());
        assertThat(pod.ready()).isFalse();
        assertThat(pod.workload()).isPresent();
    }
}
