package dev.weft.proxy.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.proxy.inbound.ProbeHead.Verdict;
import dev.weft.proxy.mesh.ExemptProbe;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

/** First bytes of plaintext on a port with an exempt probe. However they are cut, only a probe of that path is one. */
class ProbeHeadFuzzTest {
    private static final String PATH = "/healthz";
    private static final List<ExemptProbe> PROBES =
            List.of(new ExemptProbe.Http(8080, PATH), new ExemptProbe.Opening(8080), new ExemptProbe.Grpc(8080));

    @FuzzTest
    void onlyAProbeIsOneHoweverItIsCut(byte[] bytes) {
        Verdict whole = judge(bytes, Math.max(1, bytes.length));
        for (int piece : new int[] {1, 2, 7}) {
            Verdict cut = judge(bytes, piece);
            if (whole instanceof Verdict.Probe) {
                assertThat(cut).isEqualTo(whole);
            }
            if (whole instanceof Verdict.Incomplete) {
                assertThat(cut).isEqualTo(whole);
            }
            assertThat(cut instanceof Verdict.Http2).isEqualTo(whole instanceof Verdict.Http2);
        }
        if (whole instanceof Verdict.Http2) {
            assertThat(new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1))
                    .startsWith("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        }
        if (whole instanceof Verdict.Probe(var request)) {
            assertThat(request.target()).isEqualTo(PATH);
            assertThat(request.method()).isIn("GET", "HEAD");
            assertThat(new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1))
                    .startsWith(request.method() + " " + PATH + " HTTP/1.")
                    .endsWith("\r\n\r\n");
        }
    }

    /** What is the first verdict that is one; the connection is done with then. */
    private static Verdict judge(byte[] bytes, int piece) {
        ProbeHead head = new ProbeHead(PROBES);
        Verdict verdict = new Verdict.Incomplete();
        for (int at = 0; at < bytes.length && verdict instanceof Verdict.Incomplete; at += piece) {
            verdict = head.add(Unpooled.wrappedBuffer(bytes, at, Math.min(piece, bytes.length - at)));
        }
        head.forget();
        if (verdict instanceof Verdict.Http2(ByteBuf begun)) {
            begun.release();
        }
        return verdict;
    }
}
