package dev.weft.control.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Endpoint;
import dev.weft.api.v1.ExportedPort;
import dev.weft.api.v1.ExportedService;
import dev.weft.api.v1.ExportedServicePort;
import dev.weft.api.v1.ExportedWorkload;
import dev.weft.api.v1.Protocol;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.IpPort;
import dev.weft.policy.model.Cidr;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImportTest {

    private static final TrustDomain B = TrustDomain.parse("b.example");
    private static final List<Cidr> RANGES = List.of(Cidr.parse("10.243.0.0/16"), Cidr.parse("10.97.0.0/16"));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void leadsWhereThePeerSays() {
        Exports told = Exporter.of(Places.of("b.example", "10.97.0.1", "10.243.0.2", "10.243.0.3"))
                .exports();
        Import imported = Import.of(told, B, RANGES);
        assertThat(imported.refused()).isZero();
        assertThat(imported.accepted()).isEqualTo(told);
        assertThat(imported.directory()
                        .destination(IpPort.parse("10.97.0.1:80").orElseThrow())
                        .getEndpoints()
                        .getEndpointsList())
                .extracting(Endpoint::getAddress, Endpoint::getIdentity)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("10.243.0.2:8080", "spiffe://b.example/ns/shop/sa/api"),
                        org.assertj.core.groups.Tuple.tuple("10.243.0.3:8080", "spiffe://b.example/ns/shop/sa/api"));
        assertThat(imported.directory()
                        .destination(IpPort.parse("10.97.0.1:81").orElseThrow())
                        .getEndpoints()
                        .getEndpoints(0)
                        .getAddress())
                .isEqualTo("10.243.0.2:9090");
    }

    @Test
    void believesNothingOfOthersThanThePeer() {
        refused(workload -> workload.setIdentity("spiffe://a.example/ns/shop/sa/api"), "not of b.example");
        refused(workload -> workload.setIdentity("spiffe://b.example"), "not of b.example");
        refused(workload -> workload.setIdentity(""), "not of b.example");
        refused(workload -> workload.addAddresses("10.244.0.2"), "outside of the ranges");
        refused(workload -> workload.addAddresses("192.0.2.1"), "outside of the ranges");
        refusedService(service -> service.addAddresses("10.96.0.1"), "outside of the ranges");
    }

    @Test
    void believesNoAddressThatIsNone() {
        for (String none :
                List.of("", "api", "10.243.0", "10.243.0.2\n10.243.0.3 api", "10.243.0.2%lo", "10.243.0.999")) {
            refused(workload -> workload.addAddresses(none), "outside of the ranges");
        }
        refused(workload -> workload.addAllAddresses(Collections.nCopies(5, "10.243.0.2")), "more than 4 addresses");
    }

    @Test
    void believesNoNameThatCannotBeOne() {
        for (String none : List.of("", "A", "a.b", "a b", "a\n127.0.0.1 bank", "-a", "a".repeat(64))) {
            refused(workload -> workload.setName(none), "no usable name");
            refused(workload -> workload.setNamespace(none), "no usable name");
            refused(workload -> workload.addServices(none), "no usable names");
            refusedService(service -> service.setName(none), "no usable name");
        }
        refused(workload -> workload.addAllServices(Collections.nCopies(1025, "api")), "no usable names");
    }

    @Test
    void believesNoPortThatIsNone() {
        for (int none : new int[] {0, 65_536, -1}) {
            refused(workload -> workload.addPorts(ExportedPort.newBuilder().setNumber(none)), "ports that are none");
            refusedService(
                    service -> service.addPorts(
                            ExportedServicePort.newBuilder().setNumber(none).setTargetPort(1)),
                    "ports that are none");
            refusedService(
                    service -> service.addPorts(
                            ExportedServicePort.newBuilder().setNumber(1).setTargetPort(none)),
                    "ports that are none");
        }
        refusedService(
                service -> service.addPorts(
                        ExportedServicePort.newBuilder().setNumber(1).setTargetName("a b")),
                "ports that are none");
        refused(
                workload -> workload.addAllPorts(Collections.nCopies(
                        4097, ExportedPort.newBuilder().setNumber(1).build())),
                "ports that are none");
        refused(
                workload ->
                        workload.addPorts(ExportedPort.newBuilder().setNumber(1).setName("a b")),
                "ports that are none");
    }

    @Test
    void takesAProtocolOfALaterVersionForNone() {
        Import imported = imported(workload ->
                workload.addPorts(ExportedPort.newBuilder().setNumber(7000).setProtocolValue(99)));
        assertThat(imported.refused()).isZero();
        assertThat(imported.directory()
                        .destination(IpPort.parse("10.243.0.2:7000").orElseThrow())
                        .getEndpoints()
                        .getEndpoints(0)
                        .getProtocol())
                .isEqualTo(Protocol.PROTOCOL_UNSPECIFIED);
    }

    /** It is no file, but a folder with something in it. */
    @Test
    void aFileThatCannotBeDeletedDoesNotKeepTheOthers() throws Exception {
        PeerStore store = new PeerStore(directory);
        store.save(
                B,
                Exporter.of(Places.of("b.example", "10.97.0.1", "10.243.0.2")).exports());
        Files.createDirectories(directory.resolve("peers/a.example.peer/full"));
        assertThat(store.stamps()).hasSize(2);
        store.retain(Set.of());
        assertThat(directory.resolve("peers/b.example.peer")).doesNotExist();
        assertThat(store.stamps()).hasSize(1);
    }

    @Test
    void keepsWhatItKnowsAndItsNamesOnDisk() throws Exception {
        PeerStore store = new PeerStore(directory);
        assertThat(store.names()).isEmpty();
        assertThat(store.load(B)).isEmpty();
        Exports exports =
                Exporter.of(Places.of("b.example", "10.97.0.1", "10.243.0.2")).exports();
        store.save(B, exports);
        assertThat(store.load(B)).contains(exports);
        assertThat(store.names()).singleElement().satisfies(names -> {
            assertThat(names.trustDomain()).isEqualTo(B);
            assertThat(names.addresses())
                    .containsExactly(
                            Map.entry("shop/api", List.of("10.97.0.1")),
                            Map.entry("shop/api-1", List.of("10.243.0.2")));
        });
        Path file = directory.resolve("peers/b.example.peer");
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(store.load(B)).as("cut to %d", length).isEmpty();
        }
        for (int bit = 0; bit < whole.length * Byte.SIZE; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            Files.write(file, flipped);
            assertThat(store.load(B)).as("bit %d", bit).isEmpty();
        }
        Files.write(file, new byte[] {10, 2, 3});
        assertThat(store.load(B)).as("of an earlier version").isEmpty();
        assertThat(store.names()).isEmpty();
        Files.createFile(directory.resolve("peers/no name.peer"));
        assertThat(store.names()).as("of no trust domain").isEmpty();
        Files.delete(directory.resolve("peers/no name.peer"));
        store.retain(Set.of(B));
        assertThat(directory.resolve("peers")).isNotEmptyDirectory();
        store.retain(Set.of());
        assertThat(directory.resolve("peers")).isEmptyDirectory();
    }

    @Test
    void saysHowManyNamesItLeavesOut() throws Exception {
        PeerStore store = new PeerStore(directory);
        String[] workloads = IntStream.range(0, PeerStore.MAX_NAMES + 6)
                .mapToObj(i -> "10.243." + i / 250 + "." + (i % 250 + 1))
                .toArray(String[]::new);
        store.save(
                B, Exporter.of(Places.of("b.example", "10.97.0.1", workloads)).exports());
        assertThat(store.names()).singleElement().satisfies(names -> {
            assertThat(names.addresses()).hasSize(PeerStore.MAX_NAMES).containsKey("shop/api");
            assertThat(names.leftOut()).isEqualTo(7);
        });
    }

    private static Import imported(Consumer<ExportedWorkload.Builder> change) {
        ExportedWorkload.Builder workload = ExportedWorkload.newBuilder()
                .setNamespace("shop")
                .setName("api")
                .setIdentity("spiffe://b.example/ns/shop/sa/api")
                .addAddresses("10.243.0.2")
                .setReady(true);
        change.accept(workload);
        return Import.of(Exports.of(Map.of("shop/api", workload.build()), Map.of()), B, RANGES);
    }

    private static void refused(Consumer<ExportedWorkload.Builder> change, String reason) {
        Import imported = imported(change);
        assertThat(imported.refused()).as(reason).isEqualTo(1);
        assertThat(imported.accepted().workloads()).isEmpty();
        assertThat(imported.reason()).contains(reason);
    }

    private static void refusedService(Consumer<ExportedService.Builder> change, String reason) {
        ExportedService.Builder service =
                ExportedService.newBuilder().setNamespace("shop").setName("api").addAddresses("10.97.0.1");
        change.accept(service);
        Import imported = Import.of(Exports.of(Map.of(), Map.of("shop/api", service.build())), B, RANGES);
        assertThat(imported.refused()).as(reason).isEqualTo(1);
        assertThat(imported.accepted().services()).isEmpty();
        assertThat(imported.reason()).contains(reason);
    }
}
