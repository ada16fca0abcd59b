package dev.weft.control.peering;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.api.v1.ExportedService;
import dev.weft.api.v1.ExportedWorkload;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.policy.model.Cidr;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/** What a hostile peer exports: it claims only identities of its own trust domain, and addresses in its own ranges. */
class ImportFuzzTest {
    private static final TrustDomain PEER = TrustDomain.parse("b.example");
    private static final List<Cidr> RANGES = List.of(Cidr.parse("10.244.0.0/16"), Cidr.parse("fd00:b::/32"));

    @FuzzTest
    void aWorkloadIsOfThePeerOrRefused(byte[] bytes) {
        ExportedWorkload workload;
        try {
            workload = ExportedWorkload.parseFrom(bytes);
        } catch (InvalidProtocolBufferException _) {
            return;
        }
        Import sorted = Import.of(Exports.of(Map.of("shop/api", workload), Map.of()), PEER, RANGES);
        assertThat(sorted.accepted().workloads().size() + sorted.refused()).isEqualTo(1);
        for (ExportedWorkload accepted : sorted.accepted().workloads().values()) {
            assertThat(SpiffeId.parse(accepted.getIdentity()).trustDomain()).isEqualTo(PEER);
            assertInRange(accepted.getAddressesList());
        }
        assertThat(sorted.directory()).isNotNull();
    }

    @FuzzTest
    void aServiceIsInThePeersRangesOrRefused(byte[] bytes) {
        ExportedService service;
        try {
            service = ExportedService.parseFrom(bytes);
        } catch (InvalidProtocolBufferException _) {
            return;
        }
        Import sorted = Import.of(Exports.of(Map.of(), Map.of("shop/api", service)), PEER, RANGES);
        assertThat(sorted.accepted().services().size() + sorted.refused()).isEqualTo(1);
        sorted.accepted().services().values().forEach(accepted -> assertInRange(accepted.getAddressesList()));
        assertThat(sorted.directory()).isNotNull();
    }

    private static void assertInRange(List<String> addresses) {
        for (String address : addresses) {
            InetAddress literal = InetAddress.ofLiteral(address);
            assertThat(RANGES).anyMatch(range -> range.contains(literal));
        }
    }
}
