package dev.weft.identity.der;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Random;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DerTest {

    private static final int RANDOM_TEXTS = 20_000;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 255, 256, 65_535, 65_536})
    void readsValuesOfEveryLengthItWrites(int length) throws Exception {
        DerReader reader = DerReader.of(Der.sequence(Der.value(Der.OCTET_STRING, new byte[length])));
        DerReader content = reader.enter(Der.SEQUENCE);

        assertThat(content.enter(Der.OCTET_STRING).remaining()).hasSize(length);
        content.expectEnd();
        reader.expectEnd();
    }

    @Test
    void writesObjectIdentifiers() throws Exception {
        assertThat(Der.objectIdentifier(1, 2, 840, 113549, 1, 9, 14))
                .isEqualTo(new ASN1ObjectIdentifier("1.2.840.113549.1.9.14").getEncoded());
        assertThat(Der.objectIdentifier(2, 5, 29, 17)).isEqualTo(new ASN1ObjectIdentifier("2.5.29.17").getEncoded());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "30",
                "3080",
                "308100",
                "30817f",
                "3001",
                "3082",
                "30820001",
                "308400000001",
                "1f0100",
                "0400"
            })
    void refusesWhatIsNotOneSequenceInDer(String hex) {
        DerReader reader = DerReader.of(HexFormat.of().parseHex(hex));

        assertThatThrownBy(() -> reader.enter(Der.SEQUENCE)).isInstanceOf(MalformedDerException.class);
    }

    @Test
    void refusesBytesThatFollow() throws Exception {
        DerReader reader = DerReader.of(HexFormat.of().parseHex("300000"));
        reader.enter(Der.SEQUENCE);

        assertThatThrownBy(reader::expectEnd)
                .isInstanceOf(MalformedDerException.class)
                .hasMessage("1 bytes after the last value");
    }

    @Test
    void randomBytesThrowNothingElse() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < RANDOM_TEXTS; i++) {
            byte[] bytes = new byte[random.nextInt(24)];
            random.nextBytes(bytes);
            try {
                DerReader reader = DerReader.of(bytes);
                while (reader.hasMore()) {
                    assertThat(reader.enterAny().remaining().length).isLessThan(bytes.length);
                }
            } catch (MalformedDerException _) {
                // Refused: fine.
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }
}
