package dev.weft.control.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.api.v1.Hello;
import dev.weft.api.v1.Report;
import dev.weft.daemon.text.PlainText;
import java.time.Instant;

/** What a hostile sidecar reports of its certificate and of itself: it is kept within bounds, or refused. */
class ReportedLeafFuzzTest {
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    @FuzzTest
    void anyReportIsWithinItsBoundsOrRefused(byte[] bytes) {
        ReportedLeaf leaf;
        try {
            leaf = ReportedLeaf.read(Report.parseFrom(bytes));
        } catch (InvalidProtocolBufferException | IllegalArgumentException _) {
            return;
        }
        assertThat(leaf.serialNumber()).matches("[0-9a-f]{1,40}");
        assertThat(leaf.renewalFailure().length()).isLessThanOrEqualTo(ReportedLeaf.MAX_REASON + 1);
        assertThat(PlainText.is(leaf.renewalFailure()))
                .as(leaf.renewalFailure())
                .isTrue();
        assertThat(leaf.notBefore()).isBetween(Instant.EPOCH, LATEST);
        assertThat(leaf.notAfter()).isBetween(Instant.EPOCH, LATEST);
        assertThat(leaf.renewAt()).isBetween(Instant.EPOCH, LATEST);
        leaf.tunnels().ifPresent(tunnels -> {
            assertThat(tunnels.count()).isNotNegative();
            assertThat(tunnels.peers()).hasSizeLessThanOrEqualTo(ReportedTunnels.MAX_PEERS);
            assertThat(tunnels.peers().keySet()).allMatch(PlainText::is);
            assertThat(tunnels.peers().values())
                    .allSatisfy(count -> assertThat(count).isNotNegative());
        });
        assertThat(ReportedLeaf.read(leaf.report()))
                .as("another replica reads the same")
                .isEqualTo(leaf);
    }

    @FuzzTest
    void ofAnyCapabilitiesAFewWordsAreKept(byte[] bytes) {
        Hello hello;
        try {
            hello = Hello.parseFrom(bytes);
        } catch (InvalidProtocolBufferException _) {
            return;
        }
        assertThat(Capabilities.read(hello.getCapabilitiesList()))
                .hasSizeLessThanOrEqualTo(Capabilities.MAX_WORDS)
                .allMatch(word -> word.matches("[a-z0-9-]{1,64}"));
    }
}
