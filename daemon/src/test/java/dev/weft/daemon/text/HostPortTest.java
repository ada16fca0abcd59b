package dev.weft.daemon.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
    /** What others might read as another address, or not at all. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "010.243.0.4:8080",
                "10.243.0.4:08080",
                "10.243.0.4:+80",
                "183697412:8080",
                "10.243.4:8080",
                "0xa.243.0.4:8080",
                "10.243.0.256:8080",
                "10.243.0.0256:8080",
                "10.243.0.4.5:8080",
                "10..0.4:8080",
                "10.243.0.\u0664:8080",
                "10.243.0.4:\u0668\u0660",
                "10.243.0.4.:8080",
                "10.243.0.4:65536",
                "10.243.0.4:",
                "10.243.0.4",
                "localhost:80",
                "fd00::1:80",
                "[10.0.0.1]:80",
                "[::ffff:10.0.0.1]:80",
                "[fe80::1%eth0]:80",
                "[fd00::1:80"
            })
    void takesOneSpellingOfAnAddress(String text) {
        assertThatThrownBy(() -> HostPort.literal(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.243.0.4:8080",
                "0.0.0.0:0",
                "255.255.255.255:65535",
                "1.22.99.100:1",
                "[fd00::1]:80",
                "[::]:1"
            })
    void readsWhatItWrites(String text) {
        assertThat(HostPort.text(HostPort.literal(HostPort.text(HostPort.literal(text)))))
                .isEqualTo(HostPort.text(HostPort.literal(text)));
    }
}
