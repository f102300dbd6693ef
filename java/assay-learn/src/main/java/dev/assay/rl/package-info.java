/**
 * Reinforcement learning of acquisition policies: experience, double DQN and its schedules,
 * REINFORCE and the strategy that learns by it.
 */
package dev.assay.rl;
