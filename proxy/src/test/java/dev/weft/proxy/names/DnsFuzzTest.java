package dev.weft.proxy.names;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/** DNS messages of applications and of foreign name servers. */
class DnsFuzzTest {
    private static final int ID = 0x1234;
    private static final byte[] QUESTION = {
        0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 'A', 'p', 'i', 4, 's', 'h', 'o', 'p', 0, 0, 1, 0, 1
    };

    @FuzzTest
    void anyMessageIsAQuestionWithinItsLimitsOrAnsweredWithAnError(byte[] message) {
        switch (Query.read(message.clone())) {
            case Query.Read.Asked(Query query) -> {
                int octets = query.labels().stream()
                                .mapToInt(label -> label.length() + 1)
                                .sum()
                        + 1;
                assertThat(octets).isLessThanOrEqualTo(MessageReader.MAX_NAME + 1);
                assertThat(query.labels()).allMatch(label -> label.length() <= MessageReader.MAX_LABEL);
                assertThat(query.questionEnd()).isBetween(Dns.HEADER + octets, message.length);
                assertThat(query.maxUdp()).isBetween(Dns.PLAIN_UDP, Dns.MOST_UDP);
                assertThat(query.isAnsweredBy(query.withId(ID), ID))
                        .as("a question")
                        .isFalse();
            }
            case Query.Read.Wrong wrong -> assertThat(wrong.rcode()).isNotEqualTo(Dns.OK);
            case Query.Read.Ignored _ ->
                assertThat(message.length < Dns.HEADER || (message[2] & 0x80) != 0)
                        .isTrue();
        }
    }

    @FuzzTest
    void onlyAnAnswerToTheWholeQuestionBelongsToIt(FuzzedDataProvider data) {
        if (!(Query.read(QUESTION.clone()) instanceof Query.Read.Asked(Query query))) {
            throw new AssertionError("the question is one");
        }
        byte[] answer = Arrays.copyOf(QUESTION, QUESTION.length + data.consumeInt(0, 64));
        answer[2] |= (byte) 0x80;
        int changes = data.consumeInt(0, 8);
        for (int i = 0; i < changes; i++) {
            answer[data.consumeInt(0, answer.length - 1)] = data.consumeByte();
        }
        byte[] cut = Arrays.copyOf(answer, data.consumeInt(0, answer.length));
        if (query.isAnsweredBy(cut, ID)) {
            assertThat(Dns.number(cut, 0)).isEqualTo(ID);
            assertThat(Arrays.copyOfRange(cut, Dns.HEADER, query.questionEnd()))
                    .isEqualTo(Arrays.copyOfRange(QUESTION, Dns.HEADER, QUESTION.length));
            assertThat(cut[2] & 0x80).isNotZero();
        }
    }
}
