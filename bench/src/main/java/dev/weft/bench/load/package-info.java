/**
 * The load generator. {@link dev.weft.bench.load.LoadMain} runs in the client's network namespace, is told what to do line by line
 * on its standard input and answers there; {@link dev.weft.bench.load.LoadAgent} is the bench's end of that conversation.
 */
@NullMarked
package dev.weft.bench.load;

import org.jspecify.annotations.NullMarked;
