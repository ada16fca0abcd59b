package dev.weft.proxy.http;

import dev.weft.policy.decide.Code;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Outcome;
import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.http2.flood.Limit;
import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.settings.HeadLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.Ticker;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The gate, given octets and asked for octets. Requests below /no are denied. */
final class Http2Raw implements GateOutput, RequestJudge, AutoCloseable {
    static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    static final byte[] SETTINGS = frame(Frames.SETTINGS, 0, 0);

    final ByteArrayOutputStream application = new ByteArrayOutputStream();
    final ByteArrayOutputStream caller = new ByteArrayOutputStream();
    final List<RequestRecord> records = new ArrayList<>();
    final List<GateRefusal> refused = new ArrayList<>();
    final List<HttpRequest> judged = new ArrayList<>();
    final List<Limit> hits = new ArrayList<>();
    private final HeadLimits heads;
    final Http2Gate gate;

    @Nullable
    GateRefusal refusal;

    /** Which directions have ended, in order. */
    String ends = "";

    boolean closed;
    /** Whether the application's connection takes more. */
    boolean takes = true;

    boolean strict = true;
    /** Whether requests pass that policy could not judge. */
    boolean lenient;

    Passing passing = Passing.ALL;

    boolean deniesLater;
    int judgedAgain;

    Http2Raw() {
        this(HeadLimits.DEFAULTS);
    }

    Http2Raw(HeadLimits heads) {
        this.heads = heads;
        this.gate = new Http2Gate(this, this, Ticker.systemTicker());
    }

    /** A frame as it came out. */
    record Frame(int type, int flags, int streamId, String payload) {
        ByteBuf buffer() {
            return Unpooled.copiedBuffer(payload, StandardCharsets.ISO_8859_1);
        }
    }

    static byte[] frame(int type, int flags, int streamId, byte... payload) {
        ByteBuf frame = Unpooled.buffer();
        Frames.header(frame, type, flags, streamId, payload.length);
        return bytes(frame.writeBytes(payload));
    }

    @Override
    public HeadLimits heads() {
        return heads;
    }

    @Override
    public Passing passing(HttpRequest request) {
        return passing;
    }

    @Override
    public void limitHit(Limit limit) {
        hits.add(limit);
    }

    /** Releases the buffer. */
    static byte[] bytes(ByteBuf buffer) {
        byte[] bytes = ByteBufUtil.getBytes(buffer);
        buffer.release();
        return bytes;
    }

    static byte[] join(byte[]... parts) {
        ByteBuf all = Unpooled.buffer();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return bytes(all);
    }

    /** A block of literals: names and values by turns. */
    static byte[] block(String... fields) {
        ByteBuf block = Unpooled.buffer();
        for (int i = 0; i < fields.length; i += 2) {
            Http2Literals.field(block, fields[i], fields[i + 1]);
        }
        return bytes(block);
    }

    static byte[] get(String path) {
        return block(":method", "GET", ":scheme", "http", ":path", path, ":authority", "api");
    }

    static byte[] headers(int streamId, boolean end, byte[] block) {
        return frame(Frames.HEADERS, Frames.END_HEADERS | (end ? Frames.END_STREAM : 0), streamId, block);
    }

    Http2Raw begun() {
        say(join(PREFACE, SETTINGS));
        answer(SETTINGS);
        return this;
    }

    Http2Raw say(byte[] octets) {
        gate.request(Unpooled.copiedBuffer(octets));
        return this;
    }

    Http2Raw answer(byte[] octets) {
        gate.response(Unpooled.copiedBuffer(octets));
        return this;
    }

    /** What reached the application, frame by frame, without the preface. */
    List<Frame> toApplication() {
        byte[] all = application.toByteArray();
        return all.length < PREFACE.length
                ? List.of()
                : frames(Unpooled.wrappedBuffer(all, PREFACE.length, all.length - PREFACE.length));
    }

    List<Frame> toCaller() {
        return frames(Unpooled.wrappedBuffer(caller.toByteArray()));
    }

    private static List<Frame> frames(ByteBuf octets) {
        List<Frame> frames = new ArrayList<>();
        while (octets.readableBytes() >= Frames.HEADER_LENGTH) {
            int length = octets.readUnsignedMedium();
            int type = octets.readUnsignedByte();
            int flags = octets.readUnsignedByte();
            int streamId = octets.readInt();
            byte[] payload = new byte[Math.min(length, octets.readableBytes())];
            octets.readBytes(payload);
            frames.add(new Frame(type, flags, streamId, new String(payload, StandardCharsets.ISO_8859_1)));
        }
        return frames;
    }

    @Override
    public void toApplication(ByteBuf data) {
        take(data, application);
    }

    @Override
    public boolean applicationTakes() {
        return takes;
    }

    @Override
    public void toCaller(ByteBuf data) {
        take(data, caller);
    }

    private void take(ByteBuf data, ByteArrayOutputStream to) {
        if (refusal != null || closed) {
            throw new AssertionError("something came out after the end");
        }
        to.writeBytes(bytes(data));
    }

    @Override
    public void finishApplication() {
        ends += " application";
    }

    @Override
    public void finishCaller() {
        ends += " caller";
    }

    @Override
    public void refuse(GateRefusal why) {
        refusal = why;
    }

    @Override
    public Decision judge(HttpRequest request) {
        judged.add(request);
        return decide(request.path().startsWith("/no"));
    }

    private static Decision decide(boolean denied) {
        return denied
                ? new Decision(Outcome.DENY, Code.DENIED, "shop/closed", "shop/closed denies it", List.of())
                : new Decision(Outcome.ALLOW, Code.ALLOWED, "shop/open", "shop/open allows it", List.of());
    }

    @Override
    public Decision judgeAgain(HttpRequest request) {
        judgedAgain++;
        return decide(deniesLater || request.path().startsWith("/no"));
    }

    @Override
    public boolean lenient() {
        return lenient;
    }

    @Override
    public boolean strict() {
        return strict;
    }

    @Override
    public String clientId() {
        return Http2Rig.CLIENT_ID;
    }

    @Override
    public void refused(GateRefusal why) {
        refused.add(why);
    }

    @Override
    public void ended(RequestRecord request, HttpRequest judged) {
        records.add(request);
    }

    @Override
    public void close() {
        closed = true;
        gate.close();
    }
}
