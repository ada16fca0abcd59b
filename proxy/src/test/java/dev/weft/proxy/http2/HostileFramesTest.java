package dev.weft.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.http2.flood.Limit;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.http2.frame.Http2Violation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that no honest client sends, and what each is answered with. */
class HostileFramesTest {
    private static final int GOAWAY = Frames.GOAWAY;
    private static final int RST = Frames.RST_STREAM;

    private final RecordingConnection events = new RecordingConnection();
    /** Its time stands still: however slow the machine is, a bucket that was emptied stays empty. */
    private final Http2Connection connection = new Http2Connection(true, Http2Settings.DEFAULTS, events, () -> 0);

    private boolean deaf;
    private final EmbeddedChannel channel = new EmbeddedChannel(connection) {
        @Override
        protected void doWrite(ChannelOutboundBuffer in) throws Exception {
            if (!deaf) {
                super.doWrite(in);
            }
        }
    };
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();

    @AfterEach
    void close() {
        encoder.close();
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nXX", "\u0016\u0003\u0001"})
    void garbageInsteadOfThePreface(String garbage) {
        channel.writeInbound(Unpooled.copiedBuffer(garbage, StandardCharsets.ISO_8859_1));
        expectGoAway(ErrorCode.PROTOCOL_ERROR, "section 3.4");
    }

    @Test
    void aFrameBeforeSettings() {
        send(Unpooled.copiedBuffer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", StandardCharsets.US_ASCII));
        send(frame(Frames.PING, 0, 0, 8));
        expectGoAway(ErrorCode.PROTOCOL_ERROR, "section 3.4");
    }

    @Test
    void aFrameLargerThanAllowed() {
        preface();
        send(frame(Frames.DATA, 0, 1, Http2Settings.DEFAULTS.maxFrameSize() + 1));
        expectGoAway(ErrorCode.FRAME_SIZE_ERROR, "section 4.2");
    }

    @Test
    void dataOnStreamZero() {
        preface();
        send(frame(Frames.DATA, 0, 0, 3));
        expectGoAway(ErrorCode.PROTOCOL_ERROR, "section 6.1");
    }

    @Test
    void dataOnAStreamNeverOpened() {
        preface();
        send(frame(Frames.DATA, 0, 5, 3));
        expectGoAway(ErrorCode.PROTOCOL_ERROR, "section 5.1");
    }

    @Test
    void dataAfterTheEndOfItsStream() throws Http2Exception {
        preface();
        request(1, true, connect());
        send(frame(Frames.DATA, 0, 1, 3));
        expectReset(1, ErrorCode.STREAM_CLOSED);
    }

    @Test
    void dataBeyondTheWindow() throws Http2Exception {
        preface();
        request(1, false, connect());
        events.request(0).consumes = false;
        int sent = 0;
        while (sent <= Http2Settings.DEFAULTS.streamWindow()) {
            send(frame(Frames.DATA, 0, 1, 65_536));
            sent += 65_536;
        }
        expectReset(1, ErrorCode.FLOW_CONTROL_ERROR);
        assertThat(events.request(0).reset).isEqualTo(ErrorCode.FLOW_CONTROL_ERROR);
    }

    @Test
    void paddingThatFillsMoreThanTheFrame() throws Http2Exception {
        preface();
        request(1, false, connect());
        ByteBuf data = header(Frames.DATA, Frames.PADDED, 1, 3);
        send(data.writeByte(3).writeZero(2));
        expectGoAway(ErrorCode.PROTOCOL_ERROR, "section 6.1");
    }

    @Test
    void paddingIsTakenOff() throws Http2Exception {
        preface();
        request(1, false, connect());
        send(header(Frames.DATA, Frames.PADDED | Frames.END_STREAM, 1, 1 + 2 + 5)
                .writeByte(5)
                .writeByte('h')
                .writeByte('i')
                .writeZero(5));
        assertThat(events.request(0).text()).isEqualTo("hi");
        assertThat(events.request(0).ended).isTrue();
    }

    @Test
    void headersOnAnEvenStream() throws Http2Exception {
        preface();
        request(2, true, connect());
        expectGoAway(ErrorCode.PROTOCOL_ERROR, "section 5.1.1");
    }

    @Test
    void headersOnAStreamAlreadyUsed() throws Http2Exception {
        preface();
        request(3, true, connect());
        events.request(0).stream().sendHeaders(new DefaultHttp2Headers().status("200"), true);
        request(3, true, connect());
        expectGoAway(ErrorCode.PROTOCOL_ERROR, "section 5.1.1");
    }

    @Test
    void headersOnALowerStreamThanBefore() throws Http2Exception {
        preface();
        request(3, true, connect());
        request(1, true, connect());
        expectGoAway(ErrorCode.PROTOCOL_ERROR, "section 5.1.1");
        assertThat(events.requests).hasSize(1);
    }

    @Test
    void trailersThatCrossAResetAreIgnored() throws Http2Exception {
        preface();
        request(1, false, connect());
        events.request(0).stream().reset(ErrorCode.CANCEL);
        request(3, false, connect());
        request(1, true, new DefaultHttp2Headers().add("a", "b"));
        assertThat(channel.isActive()).isTrue();
        assertThat(events.requests).hasSize(2);
    }

    @Test
    void aHostOtherThanTheAuthority() throws Http2Exception {
        preface();
        request(1, true, connect().add("host", "10.0.0.2:80"));
        expectReset(1, ErrorCode.PROTOCOL_ERROR);
        request(3, true, connect().add("host", "10.0.0.1:80").add("host", "10.0.0.2:80"));
        expectReset(3, ErrorCode.PROTOCOL_ERROR);
        Http2Headers get = new DefaultHttp2Headers(false)
                .method("GET")
                .scheme("https")
                .path("/")
                .add("host", "a")
                .add("host", "b");
        request(5, true, get);
        expectReset(5, ErrorCode.PROTOCOL_ERROR);
        assertThat(events.requests).isEmpty();
        request(7, true, connect().add("host", "10.0.0.1:80"));
        assertThat(events.requests).hasSize(1);
    }

    @Test
    void connectWithAPath() throws Http2Exception {
        preface();
        request(1, true, connect().path("/"));
        expectReset(1, ErrorCode.PROTOCOL_ERROR);
        assertThat(events.requests).isEmpty();
    }

    @Test
    void aRequestWithoutAMethod() throws Http2Exception {
        preface();
        request(1, true, new DefaultHttp2Headers().authority("a"));
        expectReset(1, ErrorCode.PROTOCOL_ERROR);
    }

    @Test
    void aRequestWithTwoAuthorities() throws Http2Exception {
        preface();
        Http2Headers twice = new DefaultHttp2Headers(false)
                .method("CONNECT")
                .authority("a:1")
                .add(":authority", "b:1");
        request(1, true, twice);
        expectReset(1, ErrorCode.PROTOCOL_ERROR);
    }

    @Test
    void trailersThatDoNotEndTheStream() throws Http2Exception {
        preface();
        request(1, false, connect());
        request(1, false, new DefaultHttp2Headers().add("a", "b"));
        expectReset(1, ErrorCode.PROTOCOL_ERROR);
    }

    @Test
    void aBlockThatIsNotHpack() {
        preface();
        send(header(Frames.HEADERS, Frames.END_HEADERS, 1, 2).writeByte(0xff).writeByte(0xff));
        expectGoAway(ErrorCode.COMPRESSION_ERROR, "section 4.3");
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 2", "1, 5, 0", "0, 0, 0", "2, 0, 0", "3, 0, 0", "5, 0, 0"})
    void reconnectIsHeardOnAnOpenStreamAndElsewhereIgnored(int streamId, int length, int heard) throws Http2Exception {
        preface();
        request(1, false, connect());
        request(3, false, connect());
        events.request(1).stream().reset(ErrorCode.CANCEL);
        send(frame(Frames.RECONNECT, 0xff, streamId, length));
        send(frame(Frames.RECONNECT, 0, streamId, length));
        assertThat(events.request(0).reconnects).isEqualTo(heard);
        assertThat(events.request(1).reconnects).isZero();
        send(header(Frames.DATA, Frames.END_STREAM, 1, 2).writeByte('h').writeByte('i'));
        assertThat(events.request(0).text()).isEqualTo("hi");
        assertThat(channel.isActive()).isTrue();
    }

    @Test
    void aFrameWithinAHeaderBlock() {
        preface();
        send(frame(Frames.HEADERS, 0, 1, 1));
        send(frame(Frames.PING, 0, 0, 8));
        expectGoAway(ErrorCode.PROTOCOL_ERROR, "section 6.10");
    }

    @Test
    void aContinuationOfNothing() {
        preface();
        send(frame(Frames.CONTINUATION, 0, 1, 1));
        expectGoAway(ErrorCode.PROTOCOL_ERROR, "section 6.10");
    }

    @Test
    void aFloodOfContinuations() {
        preface();
        send(frame(Frames.HEADERS, 0, 1, 1));
        for (int i = 0; i < 20 && channel.isActive(); i++) {
            send(frame(Frames.CONTINUATION, 0, 1, 0));
        }
        expectGoAway(ErrorCode.ENHANCE_YOUR_CALM, "section 10.5");
        assertThat(events.limits).containsExactly(Limit.HEADERS_SIZE);
    }

    @Test
    void aHeaderBlockLargerThanAllowed() {
        preface();
        send(frame(Frames.HEADERS, 0, 1, 16_000));
        for (int i = 0; i < 7; i++) {
            send(frame(Frames.CONTINUATION, 0, 1, 16_000));
        }
        assertThat(connection.unfinished()).as("what is reserved for it").isEqualTo(128 << 10);
        send(frame(Frames.CONTINUATION, 0, 1, 16_000));
        assertThat(connection.unfinished()).isZero();
        expectGoAway(ErrorCode.ENHANCE_YOUR_CALM, "section 10.5");
    }

    @Test
    void aPushPromise() {
        preface();
        send(frame(Frames.PUSH_PROMISE, Frames.END_HEADERS, 1, 4));
        expectGoAway(ErrorCode.PROTOCOL_ERROR, "section 8.4");
    }

    @Test
    void framesOfAWrongLength() {
        int[][] wrong = {
            {Frames.PING, 0, 7},
            {Frames.RST_STREAM, 1, 3},
            {Frames.WINDOW_UPDATE, 0, 5},
            {Frames.SETTINGS, 0, 5},
            {Frames.GOAWAY, 0, 7},
        };
        for (int[] w : wrong) {
            RecordingConnection own = new RecordingConnection();
            EmbeddedChannel other = new EmbeddedChannel(Http2Connection.server(Http2Settings.DEFAULTS, own));
            other.writeInbound(hello());
            other.writeInbound(frame(w[0], 0, w[1], w[2]));
            assertThat(own.cause).as("frame of type %d", w[0]).hasMessageContaining("FRAME_SIZE_ERROR");
            other.finishAndReleaseAll();
        }
    }

    @Test
    void settingsOutOfBounds() {
        long[][] wrong = {
            {Frames.SETTINGS_ENABLE_PUSH, 2, ErrorCode.PROTOCOL_ERROR.number()},
            {Frames.SETTINGS_INITIAL_WINDOW_SIZE, 1L << 31, ErrorCode.FLOW_CONTROL_ERROR.number()},
            {Frames.SETTINGS_MAX_FRAME_SIZE, 16_383, ErrorCode.PROTOCOL_ERROR.number()},
            {Frames.SETTINGS_MAX_FRAME_SIZE, 1 << 24, ErrorCode.PROTOCOL_ERROR.number()},
        };
        for (long[] w : wrong) {
            RecordingConnection own = new RecordingConnection();
            EmbeddedChannel other = new EmbeddedChannel(Http2Connection.server(Http2Settings.DEFAULTS, own));
            other.writeInbound(hello());
            other.writeInbound(
                    header(Frames.SETTINGS, 0, 0, 6).writeShort((int) w[0]).writeInt((int) w[1]));
            assertThat(own.cause)
                    .hasMessageContaining(ErrorCode.of(w[2]).name())
                    .hasMessageContaining("6.5.2");
            other.finishAndReleaseAll();
        }
    }

    @Test
    void aWindowUpdateOfNothing() throws Http2Exception {
        preface();
        request(1, false, connect());
        send(frame(Frames.WINDOW_UPDATE, 0, 1, 4));
        expectReset(1, ErrorCode.PROTOCOL_ERROR);
        send(frame(Frames.WINDOW_UPDATE, 0, 0, 4));
        expectGoAway(ErrorCode.PROTOCOL_ERROR, "section 6.9");
    }

    @Test
    void aWindowThatOverflows() throws Http2Exception {
        preface();
        request(1, false, connect());
        send(header(Frames.WINDOW_UPDATE, 0, 1, 4).writeInt(Integer.MAX_VALUE));
        expectReset(1, ErrorCode.FLOW_CONTROL_ERROR);
        send(header(Frames.WINDOW_UPDATE, 0, 0, 4).writeInt(Integer.MAX_VALUE));
        expectGoAway(ErrorCode.FLOW_CONTROL_ERROR, "section 6.9.1");
    }

    @Test
    void aResetOfAStreamNeverOpened() {
        preface();
        send(frame(Frames.RST_STREAM, 0, 1, 4));
        expectGoAway(ErrorCode.PROTOCOL_ERROR, "section 5.1");
    }

    @Test
    void streamsBrokenOffRapidly() throws Http2Exception {
        preface();
        for (int i = 0; i < 1500 && channel.isActive(); i++) {
            request(2 * i + 1, true, connect());
            send(header(Frames.RST_STREAM, 0, 2 * i + 1, 4).writeInt(ErrorCode.CANCEL.number()));
        }
        expectGoAway(ErrorCode.ENHANCE_YOUR_CALM, "section 10.5");
        assertThat(events.limits).containsExactly(Limit.RAPID_RESETS);
    }

    /** As those of one tunnel come from many users, they may break off more; not without end. */
    @Test
    void streamsOfManyUsersBrokenOffRapidly() throws Http2Exception {
        connection.ofManyUsers();
        preface();
        for (int i = 0; i < 200_000 && channel.isActive(); i++) {
            request(2 * i + 1, true, connect());
            send(header(Frames.RST_STREAM, 0, 2 * i + 1, 4).writeInt(ErrorCode.CANCEL.number()));
        }
        expectGoAway(ErrorCode.ENHANCE_YOUR_CALM, "section 10.5");
        assertThat(events.limits).containsExactly(Limit.RAPID_RESETS);
        assertThat(events.requests).hasSizeGreaterThan(40_000);
    }

    /** Each request is answered with a head and has ended: no limit of streams or windows holds the peer up. */
    @Test
    void answersThatThePeerDoesNotRead() throws Http2Exception {
        preface();
        channel.freezeTime();
        deaf = true;
        for (int i = 0; i < 20_000 && events.limits.isEmpty(); i++) {
            request(2 * i + 1, true, connect());
            String reason = Integer.toString(i).repeat(100);
            events.request(i).stream()
                    .sendHeaders(new DefaultHttp2Headers().status("403").add("x", reason), true);
            assertThat(connection.unread()).isLessThan(5 << 20);
        }
        assertThat(events.limits).containsExactly(Limit.UNREAD);
        assertThat(events.closed).isTrue();
        assertThat(connection.unread()).isZero();
        assertThat(events.cause).hasMessageContaining("does not read");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                Frames.PING,
                Frames.SETTINGS,
                Frames.DATA,
                Frames.GOAWAY,
                Frames.WINDOW_UPDATE,
                Frames.RECONNECT,
                0x5a
            })
    void aFloodOfIdleFrames(int type) throws Http2Exception {
        preface();
        request(1, false, connect());
        int streamId = type == Frames.DATA ? 1 : 0;
        int length = type == Frames.PING || type == Frames.GOAWAY ? 8 : 0;
        for (int i = 0; i < 2000 && channel.isActive(); i++) {
            send(type == Frames.WINDOW_UPDATE ? header(type, 0, 0, 4).writeInt(1) : frame(type, 0, streamId, length));
        }
        expectGoAway(ErrorCode.ENHANCE_YOUR_CALM, "section 10.5");
        assertThat(events.limits).containsExactly(Limit.IDLE_FRAMES);
    }

    /** As a receiver of much data sends them: as many as there is data for. */
    @Test
    void windowUpdatesForWhatWasSentAreNoFlood() throws Http2Exception {
        preface();
        request(1, false, connect());
        Http2Stream stream = events.request(0).stream();
        stream.sendHeaders(new DefaultHttp2Headers().status("200"), false);
        for (int i = 0; i < 5000; i++) {
            stream.sendData(Unpooled.wrappedBuffer(new byte[100]), false);
            channel.runPendingTasks();
            channel.releaseOutbound();
            send(header(Frames.WINDOW_UPDATE, 0, 0, 4).writeInt(100));
            send(header(Frames.WINDOW_UPDATE, 0, 1, 4).writeInt(100));
        }
        assertThat(channel.isActive()).isTrue();
    }

    @Test
    void aResetOfAnEndedStreamOverAndOver() throws Http2Exception {
        preface();
        request(1, true, connect());
        events.request(0).stream().sendHeaders(new DefaultHttp2Headers().status("200"), true);
        for (int i = 0; i < 2000 && channel.isActive(); i++) {
            send(frame(Frames.RST_STREAM, 0, 1, 4));
        }
        expectGoAway(ErrorCode.ENHANCE_YOUR_CALM, "section 10.5");
    }

    /** Only the last counts, of which the table of headers hears at the next block. */
    @Test
    void settingsThatContradictThemselves() throws Http2Exception {
        preface();
        request(1, false, connect());
        send(header(Frames.SETTINGS, 0, 0, 4 * 6)
                .writeShort(Frames.SETTINGS_INITIAL_WINDOW_SIZE)
                .writeInt(Integer.MAX_VALUE)
                .writeShort(Frames.SETTINGS_HEADER_TABLE_SIZE)
                .writeInt(0)
                .writeShort(Frames.SETTINGS_INITIAL_WINDOW_SIZE)
                .writeInt(5)
                .writeShort(Frames.SETTINGS_HEADER_TABLE_SIZE)
                .writeInt(100));
        Http2Stream stream = events.request(0).stream();
        stream.sendHeaders(new DefaultHttp2Headers().status("200"), false);
        stream.sendData(Unpooled.wrappedBuffer(new byte[6]), false);
        channel.runPendingTasks();
        assertThat(lengths(Frames.DATA)).containsExactly(5);
    }

    @Test
    void moreStreamsThanAllowed() throws Http2Exception {
        preface();
        for (int i = 0; i <= Http2Settings.DEFAULTS.maxConcurrentStreams(); i++) {
            request(2 * i + 1, false, connect());
        }
        expectReset(2 * Http2Settings.DEFAULTS.maxConcurrentStreams() + 1, ErrorCode.REFUSED_STREAM);
        assertThat(events.requests).hasSize(Http2Settings.DEFAULTS.maxConcurrentStreams());
        assertThat(events.limits).containsExactly(Limit.CONCURRENT_STREAMS);
    }

    @Test
    void unknownFramesAndPriorityAreIgnored() throws Http2Exception {
        preface();
        send(frame(0x5a, 0xff, 7, 100));
        send(frame(Frames.PRIORITY, 0, 9, 5));
        request(1, true, connect());
        assertThat(events.requests).hasSize(1);
        assertThat(channel.isActive()).isTrue();
    }

    private static Http2Headers connect() {
        return new DefaultHttp2Headers(false).method("CONNECT").authority("10.0.0.1:80");
    }

    private static ByteBuf hello() {
        return Unpooled.copiedBuffer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", StandardCharsets.US_ASCII)
                .capacity(24 + Frames.HEADER_LENGTH)
                .writeBytes(header(Frames.SETTINGS, 0, 0, 0));
    }

    private void preface() {
        send(hello());
    }

    private void send(ByteBuf bytes) {
        channel.writeInbound(bytes);
        channel.runPendingTasks();
    }

    private void request(int streamId, boolean endStream, Http2Headers headers) throws Http2Exception {
        ByteBuf block = Unpooled.buffer();
        encoder.encodeHeaders(streamId, headers, block);
        int flags = Frames.END_HEADERS | (endStream ? Frames.END_STREAM : 0);
        send(header(Frames.HEADERS, flags, streamId, block.readableBytes()).writeBytes(block));
    }

    private static ByteBuf frame(int type, int flags, int streamId, int length) {
        return header(type, flags, streamId, length).writeZero(length);
    }

    private static ByteBuf header(int type, int flags, int streamId, int length) {
        return Unpooled.buffer(Frames.HEADER_LENGTH + length)
                .writeMedium(length)
                .writeByte(type)
                .writeByte(flags)
                .writeInt(streamId);
    }

    private void expectGoAway(ErrorCode code, String rule) {
        assertThat(answers(GOAWAY)).contains("0 " + code);
        assertThat(channel.isActive()).isFalse();
        assertThat(events.closed).isTrue();
        assertThat(events.cause).isInstanceOf(Http2Violation.class).hasMessageContaining(rule);
    }

    private void expectReset(int streamId, ErrorCode code) {
        assertThat(answers(RST)).contains(streamId + " " + code);
        assertThat(channel.isActive()).isTrue();
    }

    /** The length of each frame of this type that was sent. */
    private List<Integer> lengths(int type) {
        ByteBuf all = sent();
        List<Integer> found = new ArrayList<>();
        while (all.isReadable()) {
            int length = all.readUnsignedMedium();
            if (all.readByte() == type) {
                found.add(length);
            }
            all.skipBytes(5 + length);
        }
        return found;
    }

    private ByteBuf sent() {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            all.writeBytes(out);
            out.release();
        }
        return all;
    }

    /** The stream and code of each frame of this type that was sent. */
    private List<String> answers(int type) {
        ByteBuf all = sent();
        List<String> found = new ArrayList<>();
        while (all.isReadable()) {
            int length = all.readUnsignedMedium();
            int frameType = all.readByte();
            all.skipBytes(1);
            int streamId = all.readInt();
            ByteBuf payload = all.readSlice(length);
            if (frameType == type) {
                found.add(streamId + " "
                        + ErrorCode.of(payload.skipBytes(length - 4).readUnsignedInt()));
            }
        }
        return found;
    }
}
