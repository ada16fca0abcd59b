package dev.weft.daemon.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FingerprintTest {

    @Test
    void tellsTextsApartThatHaveOneHash() {
        assertThat("AaAa".hashCode()).isEqualTo("BBBB".hashCode());
        assertThat(Fingerprint.of("AaAa")).isNotEqualTo(Fingerprint.of("BBBB")).isEqualTo(Fingerprint.of("AaAa"));
    }

    @Test
    void isTheBeginningOfASha256() {
        assertThat(Fingerprint.of("")).isEqualTo(0xe3b0c44298fc1c14L);
    }
}
