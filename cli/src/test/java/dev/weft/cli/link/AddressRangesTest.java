package dev.weft.cli.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressRangesTest {

    private static AddressRanges ranges(String... texts) {
        return AddressRanges.of(List.of(texts));
    }

    @Test
    void halvesOfARangeBecomeIt() {
        assertThat(ranges("10.8.1.0/24", "10.8.0.0/24", "10.8.2.0/24").texts())
                .containsExactlyInAnyOrder("10.8.0.0/23", "10.8.2.0/24");
        assertThat(AddressRanges.of(IntStream.range(0, 256)
                                .mapToObj(node -> "10.8." + node + ".0/24")
                                .toList())
                        .texts())
                .containsExactly("10.8.0.0/16");
        assertThat(ranges("fd00::/65", "fd00:0:0:0:8000::/65").texts()).containsExactly("fd00:0:0:0:0:0:0:0/64");
        assertThat(ranges("0.0.0.0/1", "128.0.0.0/1").texts()).containsExactly("0.0.0.0/0");
        assertThat(ranges("10.8.0.0/16", "10.8.0.0/16").texts()).containsExactly("10.8.0.0/16");
    }

    @ParameterizedTest
    @CsvSource({
        "10.8.0.0/16, 10.8.255.0/24, true",
        "10.8.255.0/24, 10.0.0.0/8, true",
        "10.8.0.1/32, 10.8.0.1/32, true",
        "10.8.0.0/16, 10.9.0.0/16, false",
        "10.96.0.0/12, 10.112.0.0/12, false",
        "fd00::/64, fd00::/108, true",
        "fd00::/64, fd01::/64, false",
        "0.0.0.0/0, fd00::/64, false"
    })
    void saysWhetherRangesHaveAddressesInCommon(String one, String other, boolean overlap) {
        assertThat(ranges("192.0.2.0/24", one).overlap(ranges(other)).isPresent())
                .isEqualTo(overlap);
        assertThat(ranges(other).overlap(ranges(one)).isPresent()).isEqualTo(overlap);
    }

    @ParameterizedTest
    @CsvSource({"10.8.0.0/33", "10.8.0.1/16", "east", "''", "10.8/16"})
    void refusesWhatIsNoRange(String text) {
        assertThatThrownBy(() -> ranges(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
