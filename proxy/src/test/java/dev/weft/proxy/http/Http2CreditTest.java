package dev.weft.proxy.http;

import static dev.weft.proxy.http.Http2MalformedTest.data;
import static dev.weft.proxy.http.Http2MalformedTest.post;
import static dev.weft.proxy.http.Http2Raw.headers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.http2.frame.Frames;
import org.junit.jupiter.api.Test;

/** What is dropped of a body is given back to the connection's flow control, or later requests would stall. */
class Http2CreditTest {
    @Test
    void theCreditOfABodyThatMayNotPassGoesBack() {
        try (Http2Raw raw = new Http2Raw()) {
            raw.passing = new Passing(null, 99);
            raw.begun().say(headers(1, false, post("100"))).say(data(true, 100));
            assertThat(raw.toCaller().getLast().type()).isEqualTo(Frames.WINDOW_UPDATE);
            assertThat(raw.toCaller().getLast().buffer().readInt()).isEqualTo(100);
        }
    }

    @Test
    void theCreditOfABodyThatIsTooLongGoesBack() {
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, false, post("0")))) {
            raw.say(data(true, 100));
            assertThat(raw.toCaller().getLast().type()).isEqualTo(Frames.WINDOW_UPDATE);
            assertThat(raw.toCaller().getLast().buffer().readInt()).isEqualTo(100);
        }
    }
}
