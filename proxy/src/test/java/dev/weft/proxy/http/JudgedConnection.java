package dev.weft.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.policy.decide.Code;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Outcome;
import dev.weft.policy.request.HttpRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A gate of HTTP/1.1 between a caller and an application that are both this test's. Paths that contain "denied" are denied. */
final class JudgedConnection implements GateOutput, RequestJudge, AutoCloseable {
    static final Charset OCTETS = StandardCharsets.ISO_8859_1;
    static final Decision ALLOWED =
            new Decision(Outcome.ALLOW, Code.ALLOWED, "shop/yes", "shop/yes allows it", List.of());

    private final ByteBufAllocator alloc = PooledByteBufAllocator.DEFAULT;

    final MockTicker ticker = Ticker.newMockTicker();
    final Http1Gate gate;
    private final boolean passesConnect;
    final StringBuilder application = new StringBuilder();
    final StringBuilder caller = new StringBuilder();
    final List<HttpRequest> asked = new ArrayList<>();
    final List<HttpRequest> allowed = new ArrayList<>();
    final List<RequestRecord> records = new ArrayList<>();
    Predicate<HttpRequest> denies = request -> request.path().contains("denied");
    String clientId = "";
    boolean applicationFinished;
    boolean callerFinished;
    /** Whether requests that are denied wait for a place instead. */
    boolean waits;

    @Nullable
    Consumer<Decision> waiting;

    /** Whether requests pass that policy could not judge. */
    boolean lenient;

    /** Whether the connection should end with the next response. */
    boolean leaves;

    int resumed;
    int judgedAgain;

    @Nullable
    GateRefusal refusal;

    JudgedConnection() {
        this(Http1Gate.MOST_OPEN);
    }

    JudgedConnection(int mostOpen) {
        this(mostOpen, false);
    }

    /** One that passes CONNECT, or does not. */
    JudgedConnection(int mostOpen, boolean passesConnect) {
        this.passesConnect = passesConnect;
        gate = new Http1Gate(alloc, this, this, ticker, mostOpen);
    }

    /** The caller sends. */
    JudgedConnection sends(String octets) {
        gate.request(buffer(octets));
        return this;
    }

    /** The application answers. */
    JudgedConnection answers(String octets) {
        gate.response(buffer(octets));
        return this;
    }

    /** The same in pieces of so many octets. */
    JudgedConnection sends(String octets, int piece) {
        for (int at = 0; at < octets.length(); at += piece) {
            sends(octets.substring(at, Math.min(octets.length(), at + piece)));
        }
        return this;
    }

    JudgedConnection answers(String octets, int piece) {
        for (int at = 0; at < octets.length(); at += piece) {
            answers(octets.substring(at, Math.min(octets.length(), at + piece)));
        }
        return this;
    }

    /** A request without a body. */
    static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: api\r\n\r\n";
    }

    /** Both directions have ended in order. */
    void assertEnded() {
        assertThat(callerFinished).isTrue();
        assertThat(applicationFinished).isTrue();
        assertThat(refusal).isNull();
        assertThat(gate.held()).isZero();
    }

    /** No direction has ended. */
    void assertContinues() {
        assertThat(callerFinished || applicationFinished).isFalse();
    }

    /** The lines, each with its CRLF. */
    static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    static ByteBuf buffer(String octets) {
        return Unpooled.copiedBuffer(octets, OCTETS);
    }

    /** What has come to the application since this was asked last. */
    String atApplication() {
        String text = application.toString();
        application.setLength(0);
        return text;
    }

    /** What has come to the caller since this was asked last. */
    String atCaller() {
        String text = caller.toString();
        caller.setLength(0);
        return text;
    }

    String refusalCode() {
        return refusal == null ? "" : refusal.code();
    }

    /** All that can be seen from outside, but for when it happened. */
    String seen() {
        return "application: " + application + "\ncaller: " + caller + "\nrefusal: " + refusal + "\nends: "
                + applicationFinished + " " + callerFinished + "\nrecords: "
                + records.stream().map(JudgedConnection::line).toList();
    }

    static String line(RequestRecord r) {
        return r.method() + " " + r.host() + r.path() + " " + r.status() + " " + r.requestBytes() + "/"
                + r.responseBytes() + " " + r.decision().code() + (r.complete() ? "" : " incomplete");
    }

    private static String drain(ByteBuf data) {
        String text = data.toString(OCTETS);
        data.release();
        return text;
    }

    @Override
    public void toApplication(ByteBuf data) {
        application.append(drain(data));
    }

    @Override
    public void toCaller(ByteBuf data) {
        caller.append(drain(data));
    }

    @Override
    public void finishApplication() {
        applicationFinished = true;
    }

    @Override
    public void finishCaller() {
        callerFinished = true;
    }

    @Override
    public boolean leaves() {
        return leaves;
    }

    @Override
    public void refuse(GateRefusal why) {
        refusal = why;
    }

    @Override
    public void resumeCaller() {
        resumed++;
    }

    @Override
    public Decision judge(HttpRequest request) {
        asked.add(request);
        return decide(request);
    }

    private Decision decide(HttpRequest request) {
        if (denies.test(request)) {
            return new Decision(Outcome.DENY, Code.DENIED, "shop/no", "shop/no denies it", List.of());
        }
        allowed.add(request);
        return ALLOWED;
    }

    @Override
    public boolean waits(HttpRequest request, Decision refused, Consumer<Decision> then) {
        waiting = then;
        return waits;
    }

    @Override
    public Decision judgeAgain(HttpRequest request) {
        judgedAgain++;
        return decide(request);
    }

    @Override
    public boolean strict() {
        return !lenient;
    }

    @Override
    public boolean lenient() {
        return lenient;
    }

    @Override
    public boolean passesConnect() {
        return passesConnect;
    }

    @Override
    public String clientId() {
        return clientId;
    }

    @Override
    public void ended(RequestRecord request, HttpRequest judged) {
        records.add(request);
    }

    @Override
    public void close() {
        gate.close();
    }
}
