package dev.weft.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.proxy.http2.flood.Limit;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http2ConnectionTest {
    private final Pair pair = new Pair();

    @AfterEach
    void close() {
        pair.close();
    }

    @Test
    void carriesARequestAndItsResponse() {
        RecordingStream response = open(false);
        response.stream().sendData(text("hello"), true);
        pair.pump();
        RecordingStream request = pair.serverEvents.request(0);
        assertThat(request.headers.getFirst().authority().toString()).isEqualTo("10.0.0.1:80");
        assertThat(request.text()).isEqualTo("hello");
        assertThat(request.ended).isTrue();
        request.stream().sendHeaders(new DefaultHttp2Headers().status("200"), false);
        request.stream().sendData(text("world"), true);
        pair.pump();
        assertThat(response.headers.getFirst().status().toString()).isEqualTo("200");
        assertThat(response.text()).isEqualTo("world");
        assertThat(response.ended).isTrue();
        assertThat(response.stream().closed()).isTrue();
        assertThat(pair.client.openStreams()).isZero();
        assertThat(pair.server.openStreams()).isZero();
        assertThat(pair.clientEvents.ready && pair.serverEvents.ready).isTrue();
    }

    @Test
    void keepsTheOtherDirectionOpenWhenOneEnds() {
        RecordingStream response = open(false);
        response.stream().sendData(Unpooled.EMPTY_BUFFER, true);
        pair.pump();
        RecordingStream request = pair.serverEvents.request(0);
        assertThat(request.ended).isTrue();
        assertThat(pair.server.openStreams()).isEqualTo(1);
        request.stream().sendHeaders(new DefaultHttp2Headers().status("200"), false);
        request.stream().sendData(text("late"), false);
        pair.pump();
        assertThat(response.text()).isEqualTo("late");
        assertThat(response.ended).isFalse();
        request.stream().sendData(Unpooled.EMPTY_BUFFER, true);
        pair.passMoment();
        assertThat(response.ended).isTrue();
        assertThat(pair.client.openStreams()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"101", "099", "20", "2000", "2x0", "+20"})
    void breaksOffAResponseOfAStatusThatThereIsNot(String status) {
        RecordingStream response = open(true);
        pair.pump();
        pair.serverEvents.request(0).stream().sendHeaders(new DefaultHttp2Headers(false).status(status), false);
        pair.pump();
        assertThat(response.headers).isEmpty();
        assertThat(response.reset).isEqualTo(ErrorCode.PROTOCOL_ERROR);
        assertThat(pair.clientEvents.closed).isFalse();
    }

    @Test
    void sendsTrailersAfterQueuedData() {
        RecordingStream response = open(true);
        pair.pump();
        RecordingStream request = pair.serverEvents.request(0);
        response.consumes = false;
        request.stream().sendHeaders(new DefaultHttp2Headers().status("200"), false);
        int more = Http2Settings.DEFAULTS.streamWindow() + 1000;
        request.stream().sendData(Unpooled.buffer(more).writeZero(more), false);
        request.stream().sendHeaders(new DefaultHttp2Headers().add("grpc-status", "0"), true);
        pair.pump();
        assertThat(response.ended).isFalse();
        assertThat(response.bytes.size()).isEqualTo(Http2Settings.DEFAULTS.streamWindow());
        response.consumes = true;
        response.consumeAll();
        pair.pump();
        assertThat(response.bytes.size()).isEqualTo(more);
        assertThat(response.ended).isTrue();
        assertThat(response.headers.getLast().get("grpc-status").toString()).isEqualTo("0");
    }

    @Test
    void resetsOneStreamAndLeavesTheOthers() {
        RecordingStream first = open(false);
        RecordingStream second = open(false);
        pair.pump();
        first.stream().reset(ErrorCode.CANCEL);
        second.stream().sendData(text("still here"), true);
        pair.pump();
        assertThat(pair.serverEvents.request(0).reset).isEqualTo(ErrorCode.CANCEL);
        assertThat(pair.serverEvents.request(1).reset).isNull();
        assertThat(pair.serverEvents.request(1).text()).isEqualTo("still here");
        assertThat(first.reset).as("the owner's own reset").isNull();
    }

    @Test
    void ignoresWhatCrossesAReset() {
        RecordingStream response = open(false);
        pair.pump();
        RecordingStream request = pair.serverEvents.request(0);
        request.stream().reset(ErrorCode.REFUSED_STREAM);
        response.stream().sendData(text("crossing"), true);
        pair.pump();
        assertThat(response.reset).isEqualTo(ErrorCode.REFUSED_STREAM);
        assertThat(pair.clientEvents.closed || pair.serverEvents.closed).isFalse();
    }

    @Test
    void bringsManySmallWritesOutInOneBuffer() {
        RecordingStream first = open(false);
        RecordingStream second = open(false);
        pair.pump();
        first.stream().sendData(text("one"), false);
        second.stream().sendData(text("two"), false);
        first.stream().sendData(text("three"), false);
        pair.clientChannel.runPendingTasks();
        ByteBuf only = pair.clientChannel.readOutbound();
        assertThat(only.readableBytes()).isEqualTo(3 * Frames.HEADER_LENGTH + 11);
        assertThat(pair.clientChannel.outboundMessages()).isEmpty();
        only.release();
    }

    @Test
    void finishesOpenStreamsAfterGoAway() {
        RecordingStream response = open(false);
        pair.pump();
        pair.server.goAway();
        pair.pump();
        assertThat(pair.clientEvents.goAway).isTrue();
        assertThat(pair.client.canOpen()).isFalse();
        RecordingStream request = pair.serverEvents.request(0);
        request.stream().sendHeaders(new DefaultHttp2Headers().status("200"), false);
        request.stream().sendData(text("done"), true);
        response.stream().sendData(text("done"), true);
        pair.pump();
        assertThat(request.text()).isEqualTo("done");
        assertThat(response.text()).isEqualTo("done");
        assertThat(pair.serverChannel.isActive()).isFalse();
        assertThat(pair.serverEvents.closed).isTrue();
        assertThat(pair.serverEvents.cause).isNull();
    }

    @Test
    void saysOfStreamsLostWithTheConnection() {
        RecordingStream response = open(false);
        pair.pump();
        io.netty.channel.ChannelFuture _ = pair.serverChannel.close();
        io.netty.channel.ChannelFuture _ = pair.clientChannel.close();
        pair.pump();
        assertThat(response.reset).isEqualTo(ErrorCode.CONNECT_ERROR);
        assertThat(pair.serverEvents.request(0).reset).isEqualTo(ErrorCode.CONNECT_ERROR);
        assertThat(pair.clientEvents.closed).isTrue();
    }

    @Test
    void abortsAConnectionWhoseChannelHasClosed() {
        pair.pump();
        io.netty.channel.ChannelFuture _ = pair.clientChannel.close();
        pair.clientChannel.runPendingTasks();
        assertThat(pair.clientChannel.pipeline().firstContext()).isNull();
        pair.client.abort(ErrorCode.NO_ERROR);
        assertThat(pair.clientChannel.isOpen()).isFalse();
    }

    @Test
    void refusesToOpenWhatThePeerDoesNotAllow() {
        Http2Settings none = new Http2Settings(
                65_535, 65_535, 65_535, 16_384, 1, 16_384, 1000, 500, Http2Settings.DEFAULTS.settingsTimeout());
        try (Pair narrow = new Pair(Http2Settings.DEFAULTS, none)) {
            narrow.pump();
            open(narrow, false);
            assertThat(narrow.client.canOpen()).isFalse();
            assertThatThrownBy(() -> open(narrow, false)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void refusesDataAfterTheEnd() {
        RecordingStream response = open(true);
        assertThatThrownBy(() -> response.stream().sendData(text("more"), false))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closesAConnectionWhoseSettingsNeverCome() {
        pair.passAtClient(Duration.ofSeconds(11));
        assertThat(pair.clientEvents.limits).containsExactly(Limit.SETTINGS_TIMEOUT);
        assertThat(pair.clientEvents.closed).isTrue();
    }

    @Test
    void keepsNoTimerForSettingsThatCame() {
        pair.pump();
        assertThat(pair.clientChannel.runScheduledPendingTasks())
                .as("the next timer")
                .isEqualTo(-1);
        assertThat(pair.serverChannel.runScheduledPendingTasks())
                .as("the next timer")
                .isEqualTo(-1);
    }

    private RecordingStream open(boolean endStream) {
        return open(pair, endStream);
    }

    static RecordingStream open(Pair pair, boolean endStream) {
        RecordingStream response = new RecordingStream();
        response.stream = pair.client.open(connect(), endStream, response);
        return response;
    }

    static Http2Headers connect() {
        return new DefaultHttp2Headers().method("CONNECT").authority("10.0.0.1:80");
    }

    static ByteBuf text(String text) {
        return ByteBufUtil.writeUtf8(UnpooledByteBufAllocator.DEFAULT, text);
    }
}
