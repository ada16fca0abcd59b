package dev.weft.proxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AcceptFailuresTest {
    /** The failure ends here: it reaches no tail of the pipeline, which would throw it again. */
    @Test
    void pausesAndGoesOn() {
        EmbeddedChannel listener = new EmbeddedChannel(new AcceptFailures(new Descriptors(() -> 1024)));
        listener.freezeTime();
        listener.pipeline().fireExceptionCaught(new IOException("accept(..) failed: Too many open files"));
        listener.checkException();
        assertThat(listener.config().isAutoRead()).isFalse();
        listener.advanceTimeBy(AcceptFailures.PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        listener.runScheduledPendingTasks();
        assertThat(listener.config().isAutoRead()).isTrue();
        listener.finishAndReleaseAll();
    }
}
