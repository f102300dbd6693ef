/**
 * One class per kernel of the C ABI: validates, fills the argument block, calls, and turns a status
 * into an exception. An instance owns its argument block, serves one call at a time (a second,
 * concurrent call is refused) and is closed by whoever made it; calls allocate nothing.
 */
package dev.assay.kernel;
