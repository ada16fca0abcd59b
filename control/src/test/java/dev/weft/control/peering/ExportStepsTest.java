package dev.weft.control.peering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.ExportedService;
import dev.weft.api.v1.ExportedWorkload;
import dev.weft.api.v1.PeeringUpdate;
import dev.weft.api.v1.Protocol;
import dev.weft.control.directory.Directory;
import dev.weft.control.directory.DirectoryWorkload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ExportStepsTest {

    @Test
    void tellsOfMeshedWorkloadsAndTheServicesBeforeThem() {
        Directory own = Directory.of(
                List.of(
                        Places.workload("a.example", "api-1", "10.244.0.2", true),
                        Places.workload("a.example", "api-2", "10.244.0.3", false),
                        Places.unmeshed("10.244.0.4")),
                List.of(
                        Places.service("10.96.0.1"),
                        new dev.weft.control.directory.DirectoryService(
                                "shop", "empty", Map.of("app", "none"), List.of(), List.of())));
        Exports exports = Exporter.of(own).exports();
        assertThat(exports.workloads().keySet()).containsExactly("shop/api-1", "shop/api-2");
        assertThat(exports.workloads().get("shop/api-1"))
                .isNotNull()
                .extracting(ExportedWorkload::getServicesList)
                .isEqualTo(List.of("api"));
        assertThat(exports.services().keySet()).containsExactly("shop/api");
        assertThat(exports.version())
                .isEqualTo(Exporter.of(own).exports().version())
                .isNotEqualTo(Exports.NONE.version());
    }

    @Test
    void anyStepLeadsToItsVersion() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Exports from = Exports.NONE;
        ExportSteps.StepReader assembly = new ExportSteps.StepReader(from);
        for (int step = 0; step < 50; step++) {
            Exports to = some(random, 1 + random.nextInt(400));
            boolean anew = random.nextInt(4) == 0;
            List<PeeringUpdate> messages = ExportSteps.between(anew ? Exports.NONE : from, to, anew);
            for (PeeringUpdate message : messages) {
                assertThat(assembly.take(message))
                        .isEqualTo(!message.getVersion().isEmpty());
                assertThat(message.getSerializedSize()).isLessThan(ExportSteps.MAX_MESSAGE);
            }
            assertThat(assembly.held()).as("seed " + seed).isEqualTo(to);
            from = to;
        }
    }

    @Test
    void cutsALargeStepIntoMessagesThatCountOnlyTogether() throws Exception {
        Exports large = some(new Random(1), 9_000);
        List<PeeringUpdate> messages = ExportSteps.between(Exports.NONE, large, true);
        assertThat(messages).hasSizeGreaterThan(2);
        ExportSteps.StepReader assembly = new ExportSteps.StepReader(Exports.NONE);
        for (PeeringUpdate message : messages.subList(0, messages.size() - 1)) {
            assertThat(message.getSerializedSize()).isLessThan(2 * ExportSteps.MESSAGE_BYTES);
            assertThat(assembly.take(message)).isFalse();
        }
        assertThat(assembly.held()).isEqualTo(Exports.NONE);
        assertThat(assembly.take(messages.getLast())).isTrue();
        assertThat(assembly.held()).isEqualTo(large);
    }

    @Test
    void refusesAStepThatDoesNotLeadToItsVersion() {
        ExportSteps.StepReader assembly = new ExportSteps.StepReader(Exports.NONE);
        assertThatThrownBy(() -> assembly.take(
                        PeeringUpdate.newBuilder().setVersion("abcdef").build()))
                .isInstanceOf(ExportSteps.InvalidStepException.class)
                .hasMessageContaining("version abcdef was announced");
        assertThatThrownBy(() -> assembly.take(
                        PeeringUpdate.newBuilder().setVersion("no\nversion").build()))
                .hasMessageContaining("of no known form");
    }

    @Test
    void refusesMoreThanATrustDomainMayHave() {
        PeeringUpdate.Builder workloads = PeeringUpdate.newBuilder();
        for (int i = 0; i <= ExportSteps.MAX_WORKLOADS; i++) {
            workloads.addWorkloads(ExportedWorkload.newBuilder().setName("w" + i));
        }
        assertThatThrownBy(() -> new ExportSteps.StepReader(Exports.NONE).take(workloads.build()))
                .hasMessage("20001 workloads (expected: at most 20000)");
        PeeringUpdate.Builder services = PeeringUpdate.newBuilder();
        for (int i = 0; i <= ExportSteps.MAX_SERVICES; i++) {
            services.addServices(ExportedService.newBuilder().setName("s" + i));
        }
        assertThatThrownBy(() -> new ExportSteps.StepReader(Exports.NONE).take(services.build()))
                .hasMessage("5001 Services (expected: at most 5000)");
    }

    @Test
    void refusesMoreOctetsThanATrustDomainMayHave() {
        ExportedWorkload large =
                workload("large", "x".repeat(ExportSteps.MAX_ITEM)).build();
        assertThatThrownBy(() -> new ExportSteps.StepReader(Exports.NONE)
                        .take(PeeringUpdate.newBuilder().addWorkloads(large).build()))
                .isInstanceOf(ExportSteps.InvalidStepException.class)
                .hasMessageContaining("octets of one workload or Service (expected: at most 16384)");
        ExportSteps.StepReader assembly = new ExportSteps.StepReader(Exports.NONE);
        assertThatThrownBy(() -> {
                    for (int i = 0; ; i++) {
                        assembly.take(PeeringUpdate.newBuilder()
                                .addWorkloads(workload("w" + i, "x".repeat(15_000)))
                                .build());
                    }
                })
                .isInstanceOf(ExportSteps.InvalidStepException.class)
                .hasMessageContaining("octets of workloads and Services (expected: at most 8388608)");
    }

    @Test
    void countsOnlyWhatIsHeldNow() throws Exception {
        ExportSteps.StepReader assembly = new ExportSteps.StepReader(Exports.NONE);
        for (int i = 0; i < 2_000; i++) {
            Exports now = Exports.of(
                    Map.of("shop/w", workload("w", i + "x".repeat(15_000)).build()), Map.of());
            assertThat(assembly.take(ExportSteps.between(assembly.held(), now, i % 2 == 0)
                            .getFirst()))
                    .isTrue();
        }
    }

    @Test
    void refusesAStepWithoutAnEnd() {
        ExportSteps.StepReader assembly = new ExportSteps.StepReader(Exports.NONE);
        assertThatThrownBy(() -> {
                    while (true) {
                        assembly.take(PeeringUpdate.getDefaultInstance());
                    }
                })
                .isInstanceOf(ExportSteps.InvalidStepException.class)
                .hasMessageContaining("octets in one step");
    }

    @Test
    void tellsNoMoreThanOthersTake() throws Exception {
        List<DirectoryWorkload> many = new ArrayList<>();
        for (int i = 0; i < ExportSteps.MAX_WORKLOADS + 3; i++) {
            many.add(Places.workload("a.example", "api-%05d".formatted(i), "10.244.0.2", true));
        }
        many.add(new DirectoryWorkload(
                "shop",
                "a-large",
                Map.of(),
                many.getFirst().identity(),
                many.getFirst().addresses(),
                true,
                Collections.nCopies(2_000, new DirectoryWorkload.Port("http", 8080, Protocol.PROTOCOL_HTTP1))));
        Exporter.Exported told = Exporter.of(Directory.of(many, List.of(Places.service("10.96.0.1"))));
        assertThat(told.leftOut()).isEqualTo(4);
        assertThat(told.exports().workloads())
                .hasSize(ExportSteps.MAX_WORKLOADS)
                .doesNotContainKey("shop/a-large");
        ExportSteps.StepReader assembly = new ExportSteps.StepReader(Exports.NONE);
        for (PeeringUpdate message : ExportSteps.between(Exports.NONE, told.exports(), true)) {
            assembly.take(message);
        }
        assertThat(assembly.held()).isEqualTo(told.exports());
    }

    private static ExportedWorkload.Builder workload(String name, String identity) {
        return ExportedWorkload.newBuilder().setNamespace("shop").setName(name).setIdentity(identity);
    }

    private static Exports some(Random random, int most) {
        Map<String, ExportedWorkload> workloads = new HashMap<>();
        Map<String, ExportedService> services = new HashMap<>();
        for (int i = 0; i < most; i++) {
            if (random.nextInt(3) > 0) {
                workloads.put(
                        "shop/w" + i,
                        ExportedWorkload.newBuilder()
                                .setNamespace("shop")
                                .setName("w" + i)
                                .setIdentity("spiffe://b.example/ns/shop/sa/" + "x".repeat(random.nextInt(100)))
                                .setReady(random.nextBoolean())
                                .build());
            }
            if (i < 500 && random.nextInt(3) == 0) {
                services.put(
                        "shop/s" + i,
                        ExportedService.newBuilder()
                                .setNamespace("shop")
                                .setName("s" + i)
                                .addAddresses("10.97.0." + random.nextInt(250))
                                .build());
            }
        }
        return Exports.of(workloads, services);
    }
}
