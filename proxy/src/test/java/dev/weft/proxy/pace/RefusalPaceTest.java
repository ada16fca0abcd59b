package dev.weft.proxy.pace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.session.Refusal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RefusalPaceTest {
    private static final InetSocketAddress DESTINATION = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 8080);
    private static final Refusal LIMITED = new Refusal("WEFT-H071", 429, "wait a second");

    private final AtomicLong now = new AtomicLong();
    private final RefusalPace pace = new RefusalPace(now::get);

    @Test
    void aFloodOverARateLimitIsJudgedNoMoreThanAFloodOfWhatMayNotBe() {
        for (int i = 0; i < RefusalPace.JUDGED; i++) {
            assertThat(pace.again(DESTINATION)).isNull();
            assertThat(pace.refused(DESTINATION, LIMITED)).isTrue();
        }
        assertThat(pace.refused(DESTINATION, LIMITED)).as("the tunnel goes on").isTrue();
        assertThat(pace.again(DESTINATION)).isEqualTo(LIMITED);
    }

    @Test
    void whatALimitRefusedIsSoonJudgedAgain() {
        for (int i = 0; i <= RefusalPace.JUDGED; i++) {
            pace.refused(DESTINATION, LIMITED);
        }
        now.addAndGet(RefusalPace.MEMORY_OF_LIMIT.toNanos() + TimeUnit.MILLISECONDS.toNanos(1));
        assertThat(pace.again(DESTINATION)).isNull();
    }
}
