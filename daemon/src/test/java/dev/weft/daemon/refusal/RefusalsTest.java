package dev.weft.daemon.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.RefusedCall;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RefusalsTest {

    private static final RefusedCall REFUSAL = RefusedCall.newBuilder()
            .setCode("WEFT-C070")
            .setWhat("machine 1f was revoked; so was its token")
            .setAdvice("join again")
            .setLasts(true)
            .build();

    private static final String TEXT = "WEFT-C007: too many requests; wait";

    private static final RefusedCall OF_TEXT = RefusedCall.newBuilder()
            .setCode("WEFT-C007")
            .setWhat("too many requests")
            .setAdvice("wait")
            .build();

    @Test
    void readsTheMessageRatherThanTheText() {
        assertThat(Refusals.read(REFUSAL.toByteArray(), TEXT)).contains(REFUSAL);
    }

    @Test
    void readsAMessageWithFieldsOfALaterVersion() {
        ByteString later = ByteString.copyFrom(new byte[] {0x4a, 1, 'x'}); // field 9
        assertThat(Refusals.read(REFUSAL.toByteString().concat(later).toByteArray(), null))
                .hasValueSatisfying(read -> {
                    assertThat(read.getCode()).isEqualTo("WEFT-C070");
                    assertThat(read.getLasts()).isTrue();
                });
    }

    @Test
    void keepsTheTextWhereTheMessageIsTooLong() {
        byte[] longest = sized(Refusals.MAX_BYTES);
        byte[] longer = sized(Refusals.MAX_BYTES + 1);
        assertThat(Refusals.read(longest, TEXT).map(RefusedCall::getCode)).contains("WEFT-C070");
        assertThat(Refusals.read(longer, TEXT)).contains(OF_TEXT);
        assertThat(Refusals.read(longer, "the disk is full")).isEmpty();
    }

    private static byte[] sized(int bytes) {
        int overhead = REFUSAL.toBuilder().setWhat("x".repeat(1000)).build().getSerializedSize() - 1000;
        byte[] message = REFUSAL.toBuilder()
                .setWhat("x".repeat(bytes - overhead))
                .build()
                .toByteArray();
        assertThat(message).hasSize(bytes);
        return message;
    }

    @Test
    void keepsTheTextWhereTheMessageIsMalformed() {
        List<byte[]> malformed = List.of(
                new byte[0],
                new byte[] {(byte) 0xff, (byte) 0xff},
                new byte[] {0x0a, 2, (byte) 0xc3, 0x28}, // no UTF-8
                REFUSAL.toByteString().substring(0, 20).toByteArray(),
                REFUSAL.toBuilder().setCode("WEFT-70").build().toByteArray(),
                REFUSAL.toBuilder().clearCode().build().toByteArray(),
                REFUSAL.toBuilder().clearWhat().build().toByteArray(),
                REFUSAL.toBuilder().setWhat("red \u001b[31m").build().toByteArray(),
                REFUSAL.toBuilder().setAdvice("two\nlines").build().toByteArray());
        for (byte[] message : malformed) {
            assertThat(Refusals.read(message, TEXT)).contains(OF_TEXT);
            assertThat(Refusals.read(message, null)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "the disk is full", "WEFT-C07: x", "weft-C070: x", " WEFT-C070: x", "no WEFT-C070: x"})
    void takesOtherTextsForNoRefusal(String text) {
        assertThat(Refusals.read(null, text)).isEmpty();
    }

    @Test
    void writesTextThatEarlierVersionsSplitInTheRightPlace() {
        String text = Refusals.text(REFUSAL);
        assertThat(text).isEqualTo("WEFT-C070: machine 1f was revoked, so was its token; join again");
        assertThat(Refusals.read(null, text))
                .hasValueSatisfying(read -> assertThat(read.getAdvice()).isEqualTo("join again"));
        assertThat(Refusals.text(REFUSAL.toBuilder().clearAdvice().build()))
                .isEqualTo("WEFT-C070: machine 1f was revoked; so was its token");
    }

    /** The file holds what control planes have sent that know no message. Lines are added to it, and never changed. */
    @Test
    void readsWhatEarlierVersionsSend() throws IOException {
        Map<String, RefusedCall> read = new HashMap<>();
        try (InputStream file =
                Objects.requireNonNull(RefusalsTest.class.getResourceAsStream("earlier.txt"), "earlier.txt")) {
            new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(line -> {
                Optional<RefusedCall> refusal = Refusals.read(null, line);
                assertThat(refusal).as(line).isPresent();
                read.put(refusal.orElseThrow().getCode(), refusal.orElseThrow());
            });
        }
        assertThat(read.values().stream().filter(RefusedCall::getLasts).map(RefusedCall::getCode))
                .containsExactlyInAnyOrder("WEFT-C002", "WEFT-C070");
        assertThat(Objects.requireNonNull(read.get("WEFT-C041"))).satisfies(rotation -> {
            assertThat(rotation.getWhat()).isEqualTo("a rotation runs: r1");
            assertThat(rotation.getAdvice()).isEqualTo("wait for it, or roll it back");
        });
        assertThat(Objects.requireNonNull(read.get("WEFT-L103")).getAdvice())
                .isEqualTo("did you mean shop/api? there are: shop/api; shop/web");
    }
}
