package dev.weft.proxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DescriptorsTest {
    private static final int LIMIT = 1024;

    private int limit = LIMIT;
    private final Descriptors descriptors = new Descriptors(() -> limit);

    @Test
    void keepsTheLastForWhatIsNoSession() {
        assertThat(descriptors.reserve()).isEqualTo(64);
        assertThat(descriptors.allows(Descriptors.Use.SESSION, LIMIT - 65)).isTrue();
        assertThat(descriptors.allows(Descriptors.Use.SESSION, LIMIT - 64)).isFalse();
        assertThat(descriptors.allows(Descriptors.Use.UPKEEP, LIMIT - 33)).isTrue();
        assertThat(descriptors.allows(Descriptors.Use.UPKEEP, LIMIT - 32)).isFalse();
        assertThat(descriptors.allows(Descriptors.Use.PAGES, LIMIT - 17)).isTrue();
        assertThat(descriptors.allows(Descriptors.Use.PAGES, LIMIT - 16)).isFalse();
    }

    @Test
    void keepsAQuarterWhereThereAreFew() {
        limit = 100;
        descriptors.lookAgain();
        assertThat(descriptors.allows(Descriptors.Use.SESSION, 74)).isTrue();
        assertThat(descriptors.allows(Descriptors.Use.SESSION, 75)).isFalse();
        assertThat(descriptors.sessions(45)).isEqualTo(15);
        assertThat(descriptors.sessions(90)).isZero();
    }

    @Test
    void readsTheLimitThatIsInForce() {
        assertThat(Descriptors.softLimit("""
                        Limit                     Soft Limit           Hard Limit           Units
                        Max processes             7823                 7823                 processes
                        Max open files            1024                 524288               files
                        """)).isEqualTo(1024);
        assertThat(Descriptors.softLimit("Max open files            unlimited            unlimited            files\n"))
                .isEqualTo(Integer.MAX_VALUE);
        assertThat(Descriptors.softLimit("")).isEqualTo(Integer.MAX_VALUE);
        assertThat(Descriptors.ofProcess().allows(Descriptors.Use.SESSION, 3)).isTrue();
    }
}
