package dev.weft.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages that two readers could frame differently, from either side: each has its documented end, and nothing follows it. */
class Http1HostileTest {
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String UNASKED = "HTTP/1.1 200 OK\r\nX-Unasked: 1\r\nContent-Length: 0\r\n\r\n";
    private static final int LEAST_REQUESTS = 80;
    private static final int[] PIECES = {1, 2, 3, 7, 1000};

    static Stream<HostileTable.Entry> requests() {
        return HostileTable.read("hostile-requests.txt");
    }

    static Stream<HostileTable.Entry> responses() {
        return HostileTable.read("hostile-responses.txt");
    }

    @Test
    void theTableIsLongAndNamesEachEntryOnce() {
        List<String> names = requests().map(HostileTable.Entry::name).toList();
        assertThat(names).hasSizeGreaterThanOrEqualTo(LEAST_REQUESTS).doesNotHaveDuplicates();
        assertThat(responses().map(HostileTable.Entry::name)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("requests")
    void isRefusedAndNothingOfItReachesTheApplication(HostileTable.Entry entry) {
        String[] expected = entry.expected().split(" ", -1);
        boolean soundHead = expected.length == 3;
        String input = entry.octets() + SMUGGLED;
        String whole;
        try (JudgedConnection connection = new JudgedConnection()) {
            connection.sends(input);
            assertThat(connection.caller).startsWith("HTTP/1.1 " + expected[0] + " ");
            assertThat(connection.caller).contains("weft-code: " + expected[1], "connection: close");
            assertThat(connection.refusalCode()).isEqualTo(expected[1]);
            assertReached(connection, entry, soundHead);
            whole = connection.caller.toString();
        }
        for (int piece : PIECES) {
            try (JudgedConnection connection = new JudgedConnection()) {
                connection.sends(input, piece);
                assertThat(connection.caller).hasToString(whole);
                assertReached(connection, entry, soundHead);
            }
        }
    }

    private static void assertReached(JudgedConnection connection, HostileTable.Entry entry, boolean soundHead) {
        assertThat(connection.gate.held()).isZero();
        assertThat(connection.asked).hasSize(soundHead ? 1 : 0);
        assertThat(connection.application.toString()).doesNotContain("smuggled");
        if (soundHead) {
            assertThat(entry.octets())
                    .startsWith(connection.application)
                    .isNotEqualTo(connection.application.toString());
        } else {
            assertThat(connection.application).isEmpty();
        }
    }

    /** What was refused stays so for a caller whose identity is added, and behind a sound request that is answered first. */
    @ParameterizedTest
    @MethodSource("requests")
    void isRefusedBehindASoundRequestOnceThatIsAnswered(HostileTable.Entry entry) {
        String sound = "GET /sound HTTP/1.1\r\nHost: a\r\n\r\n";
        try (JudgedConnection connection = new JudgedConnection()) {
            connection.clientId = "spiffe://weft.test/ns/shop/sa/web";
            connection.sends(
                    sound + "\r\n".repeat(entry.octets().startsWith("\r\n") ? 0 : 1) + entry.octets() + SMUGGLED);
            assertThat(connection.caller).isEmpty();
            assertThat(connection.refusal).isNull();
            assertThat(connection.application.toString())
                    .startsWith(
                            "GET /sound HTTP/1.1\r\nHost: a\r\nweft-client-id: spiffe://weft.test/ns/shop/sa/web\r\n\r\n")
                    .doesNotContain("smuggled");
            String response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
            connection.answers(response);
            assertThat(connection.caller)
                    .startsWith(response + "HTTP/1.1 " + entry.expected().substring(0, 3));
            assertThat(connection.refusalCode()).isEqualTo(entry.expected().split(" ", -1)[1]);
        }
    }

    @ParameterizedTest
    @MethodSource("responses")
    void aResponseThatCannotBeFramedBreaksTheConnection(HostileTable.Entry entry) {
        String[] expected = entry.expected().split(" ", -1);
        String input = entry.octets() + UNASKED;
        String whole;
        try (JudgedConnection connection = new JudgedConnection()) {
            connection.sends("GET / HTTP/1.1\r\nHost: a\r\n\r\n").answers(input);
            assertThat(connection.refusalCode()).isEqualTo(expected[1]);
            assertThat(connection.caller.toString()).doesNotContain("X-Unasked");
            if (expected[0].equals("502")) {
                assertThat(connection.caller).startsWith("HTTP/1.1 502 Bad Gateway\r\n");
            } else {
                assertThat(entry.octets()).startsWith(connection.caller);
                assertThat(connection.caller).isNotEmpty();
            }
            whole = connection.caller.toString();
        }
        for (int piece : PIECES) {
            try (JudgedConnection connection = new JudgedConnection()) {
                connection.sends("GET / HTTP/1.1\r\nHost: a\r\n\r\n").answers(input, piece);
                assertThat(connection.refusalCode()).isEqualTo(expected[1]);
                assertThat(connection.caller.toString())
                        .doesNotContain("X-Unasked")
                        .startsWith(expected[0].equals("502") ? whole : "HTTP/1.1 ");
            }
        }
    }
}
