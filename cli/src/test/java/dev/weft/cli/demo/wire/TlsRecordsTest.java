package dev.weft.cli.demo.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class TlsRecordsTest {

    /** TLS_AES_128_GCM_SHA256, supported_versions = TLS 1.3, key_share = X25519MLKEM768 with a share of two bytes. */
    private static final String SERVER_HELLO = "160303" + "003c" + "02" + "000038" + "0303" + "00".repeat(32) + "00"
            + "1301" + "00" + "0010" + "002b" + "0002" + "0304" + "0033" + "0006" + "11ec" + "0002" + "beef";

    private static final String APPLICATION_DATA = "170303" + "0004" + "deadbeef";

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    @Test
    void countsRecordsAndFindsTheVersionAgreedUpon() {
        byte[] hello = bytes(SERVER_HELLO);
        assertThat(hello).hasSize(5 + 0x3c);
        assertThat(TlsRecords.of(bytes(SERVER_HELLO + APPLICATION_DATA + APPLICATION_DATA)))
                .isEqualTo(new TlsRecords(3, 0, true, TlsRecords.X25519MLKEM768));
    }

    @Test
    void doesNotTakeTls12For13() {
        assertThat(TlsRecords.of(bytes(SERVER_HELLO.replace("00020304", "00020303")))
                        .version13())
                .isFalse();
    }

    @Test
    void countsTheBytesThatAreNoRecord() {
        byte[] http = "GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);
        assertThat(TlsRecords.of(http).foreignBytes()).isEqualTo(http.length);
        byte[] mixed = bytes(APPLICATION_DATA + HexFormat.of().formatHex(http));
        assertThat(TlsRecords.of(mixed)).isEqualTo(new TlsRecords(1, http.length, false, 0));
    }

    @Test
    void refusesARecordLongerThanTheProtocolAllows() {
        assertThat(TlsRecords.of(bytes("170303" + "4101" + "00")).foreignBytes())
                .isEqualTo(6);
        assertThat(TlsRecords.of(bytes("170303" + "0000" + "00")).foreignBytes())
                .isEqualTo(6);
    }

    @Test
    void takesAnyBeginningOfAStreamAsTls() {
        byte[] whole = bytes(SERVER_HELLO + APPLICATION_DATA);
        for (int length = 0; length <= whole.length; length++) {
            assertThat(TlsRecords.of(Arrays.copyOf(whole, length)).foreignBytes())
                    .as("%d bytes", length)
                    .isZero();
        }
    }
}
