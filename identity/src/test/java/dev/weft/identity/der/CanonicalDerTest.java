package dev.weft.identity.der;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CanonicalDerTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0101ff",
                "010100",
                "020100",
                "02020080",
                "0201ff",
                "0202ff7f",
                "03020780",
                "030100",
                "0500",
                "06032a8648",
                "0c02c3bc",
                "160161",
                "170d3330303130313030303030305a",
                "180f32303530303130313030303030305a",
                "3003020101",
                "3000",
                "a003020101",
                "8001ff",
                "300a0603551d0f0403020107",
                "04020101"
            })
    void takesTheOnlyForm(String hex) {
        assertThatCode(() -> CanonicalDer.check(HexFormat.of().parseHex(hex))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "010101", // a truth of another number
                "01020000", // a truth of two octets
                "0200", // no number
                "02020001",
                "0202ffff", // numbers that are longer than they must be
                "0300",
                "030101",
                "03020881",
                "03020781", // bits beyond the last octet, or unused and set
                "050100", // something in nothing
                "0600",
                "06022a80",
                "06032a8001", // names that end early, or begin with a zero
                "0c01ff", // no UTF-8
                "1601ff", // no ASCII
                "170b303130313030303030305a",
                "170d3330303130313030303030302b", // times of other forms
                "180d3330303130313030303030305a",
                "1000",
                "230403020001", // strings in parts
                "30800000", // a length that is not said
                "3081030201ff", // a length that is longer than it must be
                "3003020101ff", // something behind
                "300a0603551d0f0403020007",
                "30090603551d0f04020500ff"
            })
    void refusesEveryOtherForm(String hex) {
        assertThatThrownBy(() -> CanonicalDer.check(HexFormat.of().parseHex(hex)))
                .isInstanceOf(MalformedDerException.class);
    }

    @Test
    void refusesWhatIsNestedTooDeep() {
        String hex = "";
        for (int i = 0; i < 40; i++) {
            hex = "30%02x%s".formatted(hex.length() / 2, hex);
        }
        byte[] deep = HexFormat.of().parseHex(hex);
        assertThatThrownBy(() -> CanonicalDer.check(deep)).isInstanceOf(MalformedDerException.class);
    }

    @Test
    void takesASignatureOfTwoPositiveNumbersOnly() {
        assertThatCode(() -> CanonicalDer.checkEcdsaSignature(HexFormat.of().parseHex("3006020101020102")))
                .doesNotThrowAnyException();
        for (String hex : new String[] {"30060201ff020102", "3003020101", "3009020101020102020103", "020101"}) {
            assertThatThrownBy(() ->
                            CanonicalDer.checkEcdsaSignature(HexFormat.of().parseHex(hex)))
                    .as(hex)
                    .isInstanceOf(MalformedDerException.class);
        }
    }
}
